#pragma once
#include <string>

namespace lathe::test {

/// Of the checkout. That it is known to one file alone lets the others be compiled once for checkouts
/// anywhere.
/// @param path in it, without a slash before it
std::string sourcePath(const std::string &path);
/// Of what was built.
std::string builtPath(const std::string &name);

} // namespace lathe::test
