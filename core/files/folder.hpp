#pragma once
// One connection that is a folder: what a FILE call asks for, done (abi.h, handoff_file_action). Blocking; every call
// is one system's worth of work and leaves the folder in order wherever it is cut off.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

#include "core/net/transport.hpp"

namespace handoff::files {

/// Empty, or why a connection may not be made of this folder: it is no absolute path, is not there, is no folder, or
/// somebody besides its owner and group may write to it or to a folder below it.
std::string folder_problem(const std::filesystem::path& folder);

/// [one call at a time] [may block]
class Folder {
 public:
  /// `owner`: of this hub's part of claimed/; the same after every restart, and no other hub's.
  Folder(std::filesystem::path path, std::string owner) : path_(std::move(path)), owner_(std::move(owner)) {}

  /// A request in the form of http.hpp. Ends not_sent where nothing was started, unknown where it cannot be told what
  /// came of a WRITE.
  net::Result perform(const net::Request& request) const;

 private:
  std::filesystem::path path_;
  std::string owner_;
};

}  // namespace handoff::files
