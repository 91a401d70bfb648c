#pragma once
// JSON Schema by valijson, apart because its headers are heavy. Private to this folder.

#include <handoff/sdk/json.hpp>
#include <string>
#include <vector>

namespace handoff::config {

struct Violation {
  std::vector<std::string> path;  // member names, and positions of lists as "0", "1"
  std::string message;            // valijson's words
};

/// Every place that breaks the schema, innermost only. A schema that valijson cannot read is one violation at the top.
std::vector<Violation> violations(const json::Value& schema, const json::Value& value);

}  // namespace handoff::config
