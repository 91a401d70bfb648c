#pragma once
// How people and systems write down which receipt they mean: its number alone, or put together with where and when it was
// made, joined in whatever way.

#include <string>
#include <string_view>
#include <vector>

namespace handoff {

/// What is left of a reference where only letters and digits count, in upper case.
std::string letters_digits(std::string_view text);

/// Store, register and day: a number alone is another credit at another register and tomorrow.
enum ReceiptPart : unsigned { kStore, kTerminal, kDay, kReceiptParts };
inline bool has(unsigned parts, ReceiptPart part) { return (parts >> part & 1) != 0; }

/// A receipt as its register tells it; of each only letters and digits are kept.
struct ReceiptName {
  ReceiptName(std::string_view in_store, std::string_view at_terminal, std::string_view of_day,
              std::string_view under_number, std::string_view of_line);
  std::string store, terminal, day, number, line;
  /// "S14R220261123T7": the `parts` of it, a bit for each ReceiptPart, in this order, then the number. Without the line.
  std::string with(unsigned parts) const;
  /// All of these, each with and without the line.
  std::vector<std::string> all() const;
};

/// The id of a ref of type `kAdopted`: what an entry of that store's is called.
std::string adopted_name(std::string_view store, std::string_view letters);

}  // namespace handoff
