#include "core/model/receipt_name.hpp"

namespace handoff {

std::string letters_digits(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')) out += c;
  }
  return out;
}

ReceiptName::ReceiptName(std::string_view in_store, std::string_view at_terminal, std::string_view of_day,
                         std::string_view under_number, std::string_view of_line)
    : store(letters_digits(in_store)),
      terminal(letters_digits(at_terminal)),
      day(letters_digits(of_day)),
      number(letters_digits(under_number)),
      line(letters_digits(of_line)) {}

std::string ReceiptName::with(unsigned parts) const {
  return (has(parts, kStore) ? store : "") + (has(parts, kTerminal) ? terminal : "") + (has(parts, kDay) ? day : "") +
         number;
}

std::vector<std::string> ReceiptName::all() const {
  std::vector<std::string> out;
  for (unsigned parts = 0; parts < (1u << kReceiptParts); ++parts) {
    out.push_back(with(parts));
    if (!line.empty()) out.push_back(out.back() + line);
  }
  return out;
}

std::string adopted_name(std::string_view store, std::string_view letters) {
  return letters_digits(store) + "/" + std::string(letters);
}

}  // namespace handoff
