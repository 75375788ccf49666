// The version of all programs built from this tree; CMakeLists.txt reads it here.
#ifndef EVIDENT_BASE_VERSION_H_
#define EVIDENT_BASE_VERSION_H_

// Semantic version, without a program's name. A macro, so that literals can be joined to it.
#define EVIDENT_VERSION "0.1.0"

#endif  // EVIDENT_BASE_VERSION_H_
