// verify_tiles verifies a published folder of an Evident log (docs/formats/tiles.md) with none of Evident's code: the tree and its
// proofs are those of golang.org/x/mod/sumdb/tlog.
//
//	verify_tiles VERIFIER_KEY_FILE FOLDER [EARLIER_CHECKPOINT]
//
// The checkpoint must be signed by the key, every tile must lead to its root, and every leaf of every entry bundle must be the one
// that the tree holds at its index. Proofs of some records are made from the tiles and checked, and so is one that the log still begins
// as it did at an earlier size: that of EARLIER_CHECKPOINT, whose root must be met, or else half of the log. Exit code 0: all of it
// holds. 1: something does not, and one line on standard error says what. 2: the command's own words are wrong.
// Built on Debian 12 with golang-go and golang-golang-x-mod-dev, from this folder:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build verify_tiles.go checkpoint.go
package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileHashes = 1 << tileHeight
	bundles    = -1 // the level that tlog gives to tiles of records

	// Proofs that are made and checked: of every record of a log up to this size, else of as many, spread over it.
	provenMax = 1000
)

// published reads the tiles of a folder for tlog.
type published struct {
	folder string
	kept   map[string][]byte // every tile that was read
}

func (p *published) Height() int { return tileHeight }

func (p *published) SaveTiles([]tlog.Tile, [][]byte) {}

// file reads what stands for one tile: tlog names it tile/8/0/x001/067 or tile/8/data/x001/067, and C2SP tlog-tiles tile/0/x001/067
// or tile/entries/x001/067.
func (p *published) file(tile tlog.Tile) ([]byte, error) {
	path := strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tileHeight))
	if tile.L == bundles {
		path = strings.Replace(path, "data/", "entries/", 1)
	}
	return os.ReadFile(filepath.Join(p.folder, "tile", filepath.FromSlash(path)))
}

func (p *published) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var data [][]byte
	for _, tile := range tiles {
		path := tile.Path()
		if p.kept[path] == nil {
			read, err := p.file(tile)
			if err != nil {
				return nil, err
			}
			if len(read) != tile.W*tlog.HashSize {
				return nil, fmt.Errorf("%s: it has another length than its width asks for", path)
			}
			p.kept[path] = read
		}
		data = append(data, p.kept[path])
	}
	return data, nil
}

// splitBundle takes the records of an entry bundle apart: each a length of two bytes, and the leaf.
func splitBundle(data []byte) ([][]byte, error) {
	var records [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("it is cut off")
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		records = append(records, data[2:end])
		data = data[end:]
	}
	return records, nil
}

func damaged(what string, err error) error { return refuse("TILES_DAMAGED", "%s: %v", what, err) }

// checkpoint opens a checkpoint's file. Lines by other keys are no matter: witnesses may sign what is published.
func checkpoint(path string, keys logKeys) (tlog.Tree, error) {
	message, err := os.ReadFile(path)
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := openNote(message, keys)
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.Sigs) == 0 {
		return tlog.Tree{}, refuse("SIGNATURE_MISSING", "%s is not signed by the log's key", path)
	}
	return readCheckpoint(opened.Text, keys.name())
}

// bundle reads the records under a tile of level 0.
func (p *published) bundle(tree tlog.Tree, number int64) ([][]byte, error) {
	tile := tlog.Tile{H: tileHeight, L: bundles, N: number, W: tileHashes}
	if left := tree.N - number*tileHashes; left < tileHashes {
		tile.W = int(left)
	}
	data, err := p.file(tile)
	if err != nil {
		return nil, err
	}
	records, err := splitBundle(data)
	if err == nil && len(records) != tile.W {
		err = fmt.Errorf("it has %d records, not %d", len(records), tile.W)
	}
	return records, err
}

// checkRecords holds the records from index `first` on against the tree, and some of them by a proof of their own, which it counts.
func checkRecords(tree tlog.Tree, hashes tlog.HashReader, first int64, records [][]byte) (proven int64, err error) {
	indexes := make([]int64, len(records))
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
	}
	wanted, err := hashes.ReadHashes(indexes)
	if err != nil {
		return 0, err
	}
	every := tree.N/provenMax + 1
	for i, record := range records {
		index := first + int64(i)
		hash := tlog.RecordHash(record)
		if hash != wanted[i] {
			return 0, fmt.Errorf("entry %d is not the one that the tree holds", index)
		}
		if index%every != 0 && index != tree.N-1 {
			continue
		}
		proof, err := tlog.ProveRecord(tree.N, index, hashes)
		if err == nil {
			err = tlog.CheckRecord(proof, tree.N, tree.Hash, index, hash)
		}
		if err != nil {
			return 0, fmt.Errorf("proof of entry %d: %v", index, err)
		}
		proven++
	}
	return proven, nil
}

// checkGrowth proves that the tree begins with the earlier one.
func checkGrowth(tree, earlier tlog.Tree, hashes tlog.HashReader) error {
	if earlier.N > tree.N {
		return fmt.Errorf("it is larger than what is published")
	}
	proof, err := tlog.ProveTree(tree.N, earlier.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, earlier.N, earlier.Hash)
}

// earlierTree is what was signed earlier, or half of the tree as its own tiles have it.
func earlierTree(tree tlog.Tree, hashes tlog.HashReader, path string, keys logKeys) (tlog.Tree, error) {
	if path != "" {
		return checkpoint(path, keys)
	}
	half := (tree.N + 1) / 2
	root, err := tlog.TreeHash(half, hashes)
	return tlog.Tree{N: half, Hash: root}, err
}

func verify(keys logKeys, folder, earlierPath string) (string, error) {
	tree, err := checkpoint(filepath.Join(folder, "checkpoint"), keys)
	if err != nil {
		return "", err
	}
	if tree.N == 0 {
		return "", refuse("TILES_DAMAGED", "the checkpoint is of an empty log, which has no tiles")
	}
	tiles := &published{folder: folder, kept: map[string][]byte{}}
	hashes := tlog.TileHashReader(tree, tiles)
	root, err := tlog.TreeHash(tree.N, hashes)
	if err == nil && root != tree.Hash {
		err = fmt.Errorf("it has another root")
	}
	if err != nil {
		return "", damaged("the right edge of the tree", err)
	}
	var proven int64
	for number := int64(0); number*tileHashes < tree.N; number++ {
		records, err := tiles.bundle(tree, number)
		var more int64
		if err == nil {
			more, err = checkRecords(tree, hashes, number*tileHashes, records)
		}
		if err != nil {
			return "", damaged(fmt.Sprintf("entry bundle %d", number), err)
		}
		proven += more
	}
	earlier, err := earlierTree(tree, hashes, earlierPath, keys)
	if err != nil {
		return "", err
	}
	if earlier.N > 0 {
		if err := checkGrowth(tree, earlier, hashes); err != nil {
			return "", refuse("TILES_FORKED", "the log does not begin with the %d entries of the earlier checkpoint: %v", earlier.N, err)
		}
	}
	return fmt.Sprintf("verified: the log %s of %d entries, %d tiles, proofs of %d records, and that it begins with the log of %d entries",
		keys.name(), tree.N, len(tiles.kept), proven, earlier.N), nil
}

func main() {
	if len(os.Args) < 3 || len(os.Args) > 4 {
		fmt.Fprintln(os.Stderr, "usage: verify_tiles VERIFIER_KEY_FILE FOLDER [EARLIER_CHECKPOINT]")
		os.Exit(2)
	}
	earlier := ""
	if len(os.Args) == 4 {
		earlier = os.Args[3]
	}
	keys, err := readKeys(os.Args[1])
	verified := ""
	if err == nil {
		verified, err = verify(keys, os.Args[2], earlier)
	}
	finish("verify_tiles", verified, err)
}
