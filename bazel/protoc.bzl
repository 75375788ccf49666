"""Messages and services by the distribution's protoc."""

def protoc_library(name, protos, services, **kwargs):
    """Two libraries: `name` with the messages, `name`_grpc with the gRPC services.

    Args:
      name: of the library with the messages.
      protos: .proto files below this package, which is the import root.
      services: those of them that define services.
      **kwargs: passed to both libraries.
    """
    stems = [p[:-len(".proto")] for p in protos]
    service_stems = [p[:-len(".proto")] for p in services]
    root = native.package_name()
    native.genrule(
        name = name + "_messages",
        srcs = protos,
        outs = [s + ".pb.h" for s in stems] + [s + ".pb.cc" for s in stems],
        cmd = "/usr/bin/protoc -I%s --cpp_out=$(RULEDIR) $(SRCS)" % root,
    )
    native.genrule(
        name = name + "_services",
        srcs = protos,
        outs = [s + ".grpc.pb.h" for s in service_stems] + [s + ".grpc.pb.cc" for s in service_stems],
        cmd = ("/usr/bin/protoc -I%s --plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin " % root) +
              "--grpc_out=$(RULEDIR) " + " ".join(["$(location %s)" % p for p in services]),
    )
    native.cc_library(
        name = name,
        srcs = [s + ".pb.cc" for s in stems],
        hdrs = [s + ".pb.h" for s in stems],
        includes = ["."],
        deps = ["@system//:protobuf"],
        **kwargs
    )
    native.cc_library(
        name = name + "_grpc",
        srcs = [s + ".grpc.pb.cc" for s in service_stems],
        hdrs = [s + ".grpc.pb.h" for s in service_stems],
        includes = ["."],
        deps = [":" + name, "@system//:grpc"],
        **kwargs
    )
