#include "core/config/document.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

// toml++ 3.3 asserts what a text can break ("[.a]"): that would end the process, or with NDEBUG be assumed away.
#undef NDEBUG
namespace handoff::config {
namespace {
struct TomlGaveUp {};
[[noreturn]] void toml_gave_up() { throw TomlGaveUp(); }
}  // namespace
}  // namespace handoff::config
#define TOML_ASSERT(condition) ((condition) ? static_cast<void>(0) : ::handoff::config::toml_gave_up())
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace handoff::config {

namespace {

constexpr std::uintmax_t kFileBytesMax = 1u << 20;

/// The text by lines, to take numbers as they were written: toml++ keeps only the double.
class Converter {
 public:
  Converter(std::string file, std::string_view text) : file_(std::move(file)) {
    std::istringstream in{std::string(text)};
    for (std::string line; std::getline(in, line);) lines_.push_back(line);
  }

  Node node(const toml::node& from) const {
    Node out;
    out.at = at(from.source().begin);
    if (const toml::table* table = from.as_table()) return tree(*table, std::move(out));
    if (const toml::array* array = from.as_array()) {
      out.kind = Node::Kind::array;
      for (const toml::node& element : *array) out.elements.push_back(node(element));
      return out;
    }
    if (const auto* text = from.as_string()) {
      out.kind = Node::Kind::string;
      out.text = text->get();
    } else if (const auto* integer = from.as_integer()) {
      out.kind = Node::Kind::integer;
      out.integer = integer->get();
      out.text = std::to_string(out.integer);
    } else if (const auto* boolean = from.as_boolean()) {
      out.kind = Node::Kind::boolean;
      out.boolean = boolean->get();
    } else {
      out.kind = from.is_floating_point() ? Node::Kind::number : Node::Kind::moment;
      out.text = written(from.source());
    }
    return out;
  }

 private:
  Position at(const toml::source_position& from) const {
    return {file_, static_cast<int>(from.line), static_cast<int>(from.column)};
  }

  Node tree(const toml::table& from, Node out) const {
    for (auto&& [key, value] : from)
      out.members.push_back({std::string(key.str()), at(key.source().begin), node(value)});
    std::ranges::sort(out.members, {}, &Member::at);
    return out;
  }

  std::string written(const toml::source_region& region) const {
    if (region.begin.line == 0 || region.begin.line > lines_.size()) return {};
    const std::string& line = lines_[region.begin.line - 1];
    std::string out;
    std::size_t column = 0;  // of characters: continuation bytes of UTF-8 belong to the one before
    for (char c : line) {
      if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) ++column;
      if (column >= region.begin.column && column < region.end.column && c != '_') out += c;
    }
    return out;
  }

  std::string file_;
  std::vector<std::string> lines_;
};

Diagnostic complaint(const std::filesystem::path& path, std::string message, std::string hint) {
  return Diagnostic(Position{path.string(), 0, 0}, Severity::error, std::move(message), std::move(hint));
}

/// toml++ says "Error while parsing array: expected comma or closing ']', saw '['".
Diagnostic syntax_error(const std::string& file, const toml::parse_error& error) {
  std::string message(error.description());
  constexpr std::string_view kPrefix = "Error while parsing ";
  if (message.starts_with(kPrefix)) message = "cannot read this " + message.substr(kPrefix.size());
  for (std::size_t at; (at = message.find('\n')) != std::string::npos;) message.replace(at, 1, " ");
  std::string hint;
  if (message.find("decimal integer: expected digit") != std::string::npos)
    hint = "anything but a plain number goes in quotes, such as \"5m\"";
  if (message.find("control character") != std::string::npos || message.find("end of line") != std::string::npos)
    hint = "close the quotes on the same line";
  if (message.find("redefine") != std::string::npos) hint = "keep one of them";
  Position at{file, static_cast<int>(error.source().begin.line), static_cast<int>(error.source().begin.column)};
  return Diagnostic(at, Severity::error, std::move(message), std::move(hint));
}

/// Nothing where toml++ gave up.
std::optional<toml::parse_result> parse(std::string_view text, const std::string& file) try {
  return toml::parse(text, file);
} catch (const TomlGaveUp&) {
  return std::nullopt;
}

/// The first line at which toml++ gives up.
int giving_up_line(std::string_view text) {
  std::vector<std::size_t> ends;
  for (std::size_t at = 0; at < text.size(); ++at)
    if (text[at] == '\n') ends.push_back(at);
  ends.push_back(text.size());
  auto fine = [&](std::size_t end) { return parse(text.substr(0, end), "").has_value(); };
  return 1 + static_cast<int>(std::ranges::partition_point(ends, fine) - ends.begin());
}

}  // namespace

const Member* Node::member(std::string_view key) const {
  for (const Member& one : members)
    if (one.key == key) return &one;
  return nullptr;
}

std::string_view kind_name(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::table:
      return "a table";
    case Node::Kind::array:
      return "a list";
    case Node::Kind::string:
      return "a string";
    case Node::Kind::integer:
      return "an integer";
    case Node::Kind::number:
      return "a decimal number";
    case Node::Kind::boolean:
      return "true or false";
    case Node::Kind::moment:
      return "a date or time";
  }
  return "something else";
}

std::expected<std::vector<std::filesystem::path>, Diagnostic> files_of(const std::filesystem::path& path) {
  std::error_code problem;
  if (!std::filesystem::is_directory(path, problem)) return std::vector{path};
  std::vector<std::filesystem::path> out;
  for (std::filesystem::directory_iterator entry(path, problem), end; !problem && entry != end;
       entry.increment(problem))
    if (entry->path().extension() == ".toml") out.push_back(entry->path());
  if (problem) return std::unexpected(complaint(path, "cannot read this folder: " + problem.message(), ""));
  if (out.empty()) return std::unexpected(complaint(path, "no .toml file in this folder", ""));
  std::ranges::sort(out);
  return out;
}

std::expected<Node, Diagnostic> read_document(const std::filesystem::path& path) {
  std::error_code problem;
  std::uintmax_t bytes = std::filesystem::file_size(path, problem);
  if (problem) return std::unexpected(complaint(path, "cannot read this file: " + problem.message(), ""));
  if (bytes > kFileBytesMax)
    return std::unexpected(complaint(path, "larger than 1 MiB", "split it into files of one folder"));
  std::ifstream in(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in) return std::unexpected(complaint(path, "cannot read this file", "check its permissions"));
  std::optional<toml::parse_result> parsed = parse(text, path.string());
  if (!parsed) {
    Position at{path.string(), giving_up_line(text), 1};
    return std::unexpected(Diagnostic(at, Severity::error, "this line is not TOML", "check its brackets and dots"));
  }
  if (!*parsed) return std::unexpected(syntax_error(path.string(), parsed->error()));
  Node out = Converter(path.string(), text).node(parsed->table());
  out.at = {path.string(), 0, 0};
  return out;
}

Node merge(std::vector<Node> files, const std::filesystem::path& path, Diagnostics& out) {
  Node merged;
  merged.at = {path.string(), 0, 0};
  auto add = [&out](std::vector<Member>& into, Member one, const std::string& name) {
    auto earlier = std::ranges::find(into, one.key, &Member::key);
    if (earlier == into.end()) {
      into.push_back(std::move(one));
    } else {
      std::string place = name + " is already defined at " + text(earlier->at);
      out.emplace_back(one.at, Severity::error, std::move(place), "keep one of them");
    }
  };
  for (Node& file : files) {
    for (Member& section : file.members) {
      auto earlier = std::ranges::find(merged.members, section.key, &Member::key);
      bool container = section.key == "connector" || section.key == "stores";
      if (earlier != merged.members.end() && container && section.value.kind == Node::Kind::table) {
        for (Member& one : section.value.members) {
          std::string name = "[" + section.key + "." + one.key + "]";
          add(earlier->value.members, std::move(one), name);
        }
      } else if (earlier != merged.members.end() && section.value.kind == Node::Kind::array) {
        std::ranges::move(section.value.elements, std::back_inserter(earlier->value.elements));
      } else {
        std::string name = "[" + section.key + "]";
        add(merged.members, std::move(section), name);
      }
    }
  }
  return merged;
}

}  // namespace handoff::config
