#pragma once
// A connector's sheet for people and for programs.

#include <optional>
#include <string>

#include "core/app/cli/abi_of_file.hpp"
#include "core/app/cli/console.hpp"
#include "core/conformance/cassette.hpp"
#include "core/model/manifest.hpp"

namespace handoff::cli {

struct Inspected {
  std::string file;
  json::Value raw;  // connector.json
  Manifest manifest;
  std::optional<AbiNumbers> abi;
  std::string sha256;  // of the file
};

json::Value inspect_view(const Inspected& connector);
/// The connector's reference page in Markdown: the same of the same sheet and cassettes, whatever file was built of them.
std::string inspect_page(const Inspected& connector, const conformance::Folder& folder);
void print_inspected(const Inspected& connector, Console& console);

}  // namespace handoff::cli
