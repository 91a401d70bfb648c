#pragma once
// Which paths below a connection's folder may be named at all (abi.h, handoff_file_request).

#include <string>
#include <string_view>

namespace handoff {

/// Empty, or what is wrong with the path. `folder`: it may be empty, for the connection's own.
std::string path_problem(std::string_view path, bool folder = false);

}  // namespace handoff
