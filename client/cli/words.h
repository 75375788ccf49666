// The words of graph/model/words.h under short names.
#ifndef EVIDENT_CLIENT_CLI_WORDS_H_
#define EVIDENT_CLIENT_CLI_WORDS_H_

#include "graph/model/words.h"

namespace evident::cli {

using graph::InWords;
using graph::ShortText;
using graph::Slug;
using graph::Slugs;
using graph::TitleOf;

}  // namespace evident::cli

#endif  // EVIDENT_CLIENT_CLI_WORDS_H_
