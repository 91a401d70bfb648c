#pragma once
// The rows of a connector's own sheet, for a test that goes through all of them.

#include <handoff/sdk/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace handoff::testing {

/// One code that a call's sheet lists; a pattern "400/*" as the code "400/any".
struct SheetCode {
  std::string label, list, code;
  int status() const { return std::stoi(code); }
  /// What follows the status: "duplicate_found" of "400/duplicate_found"; empty where nothing does.
  std::string name() const {
    std::size_t slash = code.find('/');
    return slash == std::string::npos ? std::string() : code.substr(slash + 1);
  }
  bool refused_before_execution() const { return list == "refused_before_execution_codes"; }
};

/// Of every call of the operation, in the order of the sheet. `sheet`: the text of connector.json. Throws if there is
/// none.
inline std::vector<SheetCode> sheet_codes(const std::string& sheet, std::string_view operation) {
  std::vector<SheetCode> out;
  json::Parsed manifest = json::parse(sheet);
  if (!manifest) throw std::runtime_error("the sheet is not JSON");
  for (const auto& [label, call] : manifest->at("operations").at(operation).at("calls").as_object())
    for (const char* list : {"no_effect_codes", "not_no_effect_codes", "refused_before_execution_codes"})
      for (const json::Value& entry : call.at(list).as_array()) {
        std::string code(entry.as_string());
        if (code.ends_with("/*")) code.replace(code.size() - 1, 1, "any");
        out.push_back({label, list, code});
      }
  if (out.empty()) throw std::runtime_error("the sheet lists no code for a call of " + std::string(operation));
  return out;
}

}  // namespace handoff::testing
