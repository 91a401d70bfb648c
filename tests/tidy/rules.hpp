#pragma once
// The rules of this house. Each takes files and gives findings; none knows where the tree is, so that each is tested on
// small bad examples (rules_test.cpp) before it judges the tree (tree_test.cpp).

#include "tests/tidy/source.hpp"

namespace handoff::tidy {

// arrows.cpp
Findings broken_arrows(const Source& file);
Findings strange_libraries(const Source& file);
/// x.cpp includes x.hpp before anything else: so every header is known to compile alone.
Findings own_header_not_first(const Source& file, const std::vector<Source>& tree);

// words.cpp
Findings vendor_names(const Source& file);
Findings banned_calls(const Source& file);
Findings machine_paths(const Source& file);
Findings left_over_marks(const Source& file);

// layout.cpp
Findings long_files(const std::vector<Source>& tree);
Findings fixtures_without_source(const std::vector<Source>& tree);

// documents.cpp
Findings dead_links(const std::vector<Source>& tree);
Findings code_not_from_files(const std::vector<Source>& tree);
Findings unmarked_commands(const Source& file);

// citations.cpp
/// A rule of docs/concepts/invariants.md that is cited and does not stand there.
Findings unknown_rules(const std::vector<Source>& tree);

/// A fenced block of a document, with the HTML comment in front of it, if there is one.
struct Block {
  std::string language, mark, text;
  std::size_t line = 0;
};
std::vector<Block> blocks(std::string_view markdown);
/// Documents whose code and commands are held to the tree.
bool is_document(const Source& file);

}  // namespace handoff::tidy
