#pragma once
// One TOML file as a tree of our own, with the place of every key and value. Private to this folder.

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.hpp"

namespace handoff::config {

struct Member;

struct Node {
  enum class Kind { table, array, string, integer, number, boolean, moment };
  Kind kind = Kind::table;
  Position at;
  std::string text;  // string: its value; integer, number, moment: as written, without '_'
  std::int64_t integer = 0;
  bool boolean = false;
  std::vector<Member> members;  // in the order of the text
  std::vector<Node> elements;

  const Member* member(std::string_view key) const;
};

struct Member {
  std::string key;
  Position at;
  Node value;
};

/// "a string", "an integer", ...
std::string_view kind_name(Node::Kind kind);

/// The file's tree, or the first syntax error.
std::expected<Node, Diagnostic> read_document(const std::filesystem::path& path);

/// The files behind `path`: itself, or the *.toml of a folder by name. Complains if there is none.
std::expected<std::vector<std::filesystem::path>, Diagnostic> files_of(const std::filesystem::path& path);

/// One tree of several: [connector.*] and [stores.*] by name, [[route]] and [[test]] in order; anything else may stand
/// in one file only.
Node merge(std::vector<Node> files, const std::filesystem::path& path, Diagnostics& out);

}  // namespace handoff::config
