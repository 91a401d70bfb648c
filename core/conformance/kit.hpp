#pragma once
// The conformance kit: holds a built connector to the contract, offline. Every case runs in a child process of its own;
// the connector's code never runs in this one.

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/conformance/bench.hpp"

namespace handoff::conformance {

struct Finding {
  std::string cassette;  // empty: the connector as a whole
  std::string what;
  std::string waived;  // the reason, if a waiver covers it
};

struct Result {
  std::string id, title, why, todo;
  bool money = false;
  std::vector<Finding> findings;
  std::vector<std::string> untried = {};  // what it could not try, with its cassette
  bool passed() const;
};

struct Report {
  std::filesystem::path file, folder;
  std::string connector, version;
  std::size_t played = 0;  // cassettes that are no stubs; with none the cases have seen nothing
  std::vector<Result> results;
  bool passed() const;
  std::size_t findings() const;  // that no waiver covers
};

struct Request {
  std::filesystem::path file;     // the built connector
  std::filesystem::path folder;   // its conformance/; empty: looked for beside its connector.json
  std::vector<std::string> only;  // ids of cases; empty: all, and then waivers that cover nothing are findings
  ChildLimits limits;
};

/// The error: the file or the folder cannot be read, or a case is not known. [blocks for some seconds]
std::expected<Report, std::string> run(const Request& request);

/// Where the cassettes of this file are: `conformance/` beside a connector.json with the same id, in the working
/// folder, beside the file, or one or two above it.
std::expected<std::filesystem::path, std::string> find_folder(const std::filesystem::path& file);

}  // namespace handoff::conformance
