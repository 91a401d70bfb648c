#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>

#include "tests/tidy/rules.hpp"

namespace handoff::tidy {

namespace {

std::string trimmed(std::string_view text) {
  std::size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return std::string(text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
}

/// The text without fenced blocks and inline code, line for line.
std::string prose(std::string_view markdown) {
  std::string out;
  bool fenced = false;
  for_lines(markdown, [&](std::size_t, std::string_view line) {
    bool fence = trimmed(line).starts_with("```");
    bool code = false;
    if (!fenced && !fence)
      for (char c : line) {
        if (c == '`') code = !code;
        out += code || c == '`' ? ' ' : c;
      }
    if (fence) fenced = !fenced;
    out += '\n';
  });
  return out;
}

/// A heading as the forges make an anchor of it.
std::string anchor(std::string_view heading) {
  std::string out;
  for (char c : heading) {
    if (std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || (c & 0x80))
      out += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (c == ' ')
      out += '-';
  }
  return out;
}

bool has_anchor(std::string_view markdown, std::string_view wanted) {
  bool found = false, fenced = false;
  for_lines(markdown, [&](std::size_t, std::string_view line) {
    if (line.starts_with("```")) fenced = !fenced;
    if (fenced || !line.starts_with('#')) return;
    std::size_t text = line.find_first_not_of("# ");
    if (text != std::string_view::npos && anchor(trimmed(line.substr(text))) == wanted) found = true;
  });
  return found;
}

bool known_path(const std::vector<Source>& tree, const std::string& path) {
  return std::ranges::any_of(tree, [&](const Source& file) {
    return file.path == path || file.path.starts_with(path.ends_with('/') ? path : path + "/");
  });
}

void judge_link(const Source& from, std::size_t line, std::string target, const std::vector<Source>& tree,
                Findings& out) {
  if (target.find("://") != std::string::npos || target.starts_with("mailto:")) return;
  std::string fragment;
  if (std::size_t hash = target.find('#'); hash != std::string::npos) {
    fragment = target.substr(hash + 1);
    target.resize(hash);
  }
  std::filesystem::path folder = std::filesystem::path(from.path).parent_path();
  std::string path = target.empty() ? from.path : (folder / target).lexically_normal().generic_string();
  if (!known_path(tree, path)) {
    out.push_back({from.path, line, "the link to " + path + " leads nowhere", "correct it, or write the page"});
    return;
  }
  auto page = std::ranges::find(tree, path, &Source::path);
  if (!fragment.empty() && page != tree.end() && !has_anchor(page->text, fragment))
    out.push_back({from.path, line, path + " has no heading for #" + fragment, "correct the part after #"});
}

/// Lines with their common indentation taken away.
std::string without_indent(std::string_view text) {
  std::size_t common = std::string_view::npos;
  for_lines(text, [&](std::size_t, std::string_view line) {
    std::size_t indent = line.find_first_not_of(' ');
    if (indent != std::string_view::npos) common = std::min(common, indent);
  });
  std::string out;
  for_lines(text, [&](std::size_t, std::string_view line) {
    if (common != std::string_view::npos && line.size() >= common) line.remove_prefix(common);
    out += std::string(line) + "\n";
  });
  return out;
}

/// Whether the block is some run of whole lines of the file, at whatever indentation.
bool is_part_of(std::string_view block, std::string_view file) {
  std::vector<std::string> wanted, have;
  for_lines(without_indent(block), [&](std::size_t, std::string_view line) { wanted.emplace_back(line); });
  for_lines(file, [&](std::size_t, std::string_view line) { have.emplace_back(line); });
  for (std::size_t at = 0; at + wanted.size() <= have.size(); ++at) {
    std::string part;
    for (std::size_t i = 0; i < wanted.size(); ++i) part += have[at + i] + "\n";
    if (without_indent(part) == without_indent(block)) return true;
  }
  return false;
}

}  // namespace

bool is_document(const Source& file) {
  return file.path.ends_with(".md") && (file.path.find('/') == std::string::npos || file.under("docs/") ||
                                        file.under("examples/out_of_tree_connector/"));
}

std::vector<Block> blocks(std::string_view markdown) {
  std::vector<Block> out;
  std::string mark;
  bool fenced = false;
  for_lines(markdown, [&](std::size_t number, std::string_view line) {
    std::string text = trimmed(line);
    if (fenced) {
      if (text == "```")
        fenced = false;
      else
        out.back().text += std::string(line) + "\n";
      return;
    }
    if (text.starts_with("```")) {
      fenced = true;
      out.push_back({text.substr(3), mark, "", number});
      mark.clear();
    } else if (text.starts_with("<!--") && text.ends_with("-->")) {
      mark = trimmed(std::string_view(text).substr(4, text.size() - 7));
    } else if (!text.empty()) {
      mark.clear();
    }
  });
  return out;
}

Findings dead_links(const std::vector<Source>& tree) {
  Findings out;
  for (const Source& file : tree) {
    if (!file.path.ends_with(".md")) continue;
    for_lines(prose(file.text), [&](std::size_t number, std::string_view line) {
      for (std::size_t at = line.find("]("); at != std::string_view::npos; at = line.find("](", at + 1)) {
        std::size_t close = line.find(')', at);
        if (close != std::string_view::npos)
          judge_link(file, number, std::string(line.substr(at + 2, close - at - 2)), tree, out);
      }
    });
  }
  return out;
}

Findings code_not_from_files(const std::vector<Source>& tree) {
  Findings out;
  for (const Source& file : tree) {
    if (!is_document(file)) continue;
    for (const Block& block : blocks(file.text)) {
      bool code = block.language == "cpp" || block.language == "c" || block.language == "json" ||
                  block.language == "cmake" || block.language == "toml";
      if (!code) continue;
      if (!block.mark.starts_with("from: ")) {
        out.push_back({file.path, block.line, "code from nowhere",
                       "quote a file that is compiled or linted, and name it above: <!-- from: examples/... -->"});
        continue;
      }
      std::string path = block.mark.substr(6);
      auto source = std::ranges::find(tree, path, &Source::path);
      if (source == tree.end())
        out.push_back({file.path, block.line, "there is no " + path, "name the file the code is quoted from"});
      else if (!is_part_of(block.text, source->text))
        out.push_back({file.path, block.line, "the code is no longer in " + path, "copy it from there again"});
    }
  }
  return out;
}

Findings unmarked_commands(const Source& file) {
  Findings out;
  if (!is_document(file)) return out;
  for (const Block& block : blocks(file.text)) {
    if (block.language != "sh" && block.language != "console" && block.language != "bash") continue;
    bool marked = block.mark == "run" || (block.mark.starts_with("not run: ") && block.mark.size() > 12);
    if (block.language != "sh" || !marked)
      out.push_back({file.path, block.line, "nobody runs these commands",
                     "write ```sh under <!-- run -->, or under <!-- not run: why --> where no test can"});
  }
  return out;
}

}  // namespace handoff::tidy
