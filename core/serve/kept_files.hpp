#pragma once
// Files that the hub keeps beside its store. Nothing here throws, so any thread may ask.

#include <handoff/sdk/json.hpp>
#include <string>
#include <vector>

namespace handoff::serve {

/// What a file says; null if it cannot be read, or is not JSON. [blocks]
json::Value read_json(const std::string& path);

/// Names in a folder, in order; none of one that cannot be read. [blocks]
std::vector<std::string> names_in(const std::string& folder);

}  // namespace handoff::serve
