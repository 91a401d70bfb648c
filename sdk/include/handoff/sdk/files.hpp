#pragma once
// What a folder answers (abi.h, handoff_file_action), read with care.

#include <cstdint>
#include <handoff/sdk/call.hpp>
#include <string>
#include <vector>

namespace handoff {

struct FileEntry {
  FileEntry() = default;
  std::string name;
  std::uint64_t size = 0;
  std::int64_t modified_ms = 0;  // Unix time, of the last write
};

/// "404/no_such_file": what no answer but 200 says, as sheets list it.
inline std::string file_code(const Reply& reply) {
  return std::to_string(reply.status()) + "/" + std::string(reply.json().at("code").as_string("uncoded"));
}

/// Ends the run unless it was done.
inline void expect_done(const Reply& reply) {
  if (reply.status() == 200) return;
  std::string what = std::string(reply.label()) + ": " + file_code(reply);
  if (reply.status() == 401 || reply.status() == 403)
    throw Failure(Failed::auth, what + ": this hub may not do it; see to the folder's rights");
  bool may_pass = reply.status() == 429 || reply.status() >= 500;
  throw Failure(may_pass ? Failed::retryable : Failed::unreadable, what);
}

inline std::optional<FileEntry> to_file_entry(const json::Value& from, std::string_view name) {
  std::optional<std::int64_t> size = from.at("size").as_integer(), modified = from.at("modified_ms").as_integer();
  if (name.empty() || !size || *size < 0 || !modified) return std::nullopt;
  FileEntry out;
  out.name = name;
  out.size = static_cast<std::uint64_t>(*size);
  out.modified_ms = *modified;
  return out;
}

struct FileList {
  FileList() = default;
  std::vector<FileEntry> files;
  bool more = false;  // others follow: what is not here may be behind these
};

/// Of a LIST. A folder that is not there holds nothing.
inline FileList list_of_files(const Reply& reply) {
  FileList out;
  if (reply.status() == 404 && file_code(reply) == "404/no_such_file") return out;
  expect_done(reply);
  json::Value body = reply.json();
  if (!body.at("files").array()) throw Failure(Failed::unreadable, "the answer is no list of files");
  for (const json::Value& one : body.at("files").as_array()) {
    std::optional<FileEntry> entry = to_file_entry(one, one.at("name").as_string());
    if (!entry) throw Failure(Failed::unreadable, "the list holds what is no file");
    out.files.push_back(std::move(*entry));
  }
  out.more = body.at("more").as_bool();
  return out;
}

/// Its files alone. They are all there are only where the list has no more.
inline std::vector<FileEntry> files_in(const Reply& reply) { return list_of_files(reply).files; }

}  // namespace handoff
