// By which other names a credit is known.

#include "core/journal/reader_parts.hpp"

namespace handoff::journal {

std::optional<CreditRow> Reader::credit_by_ref(std::string_view surface, std::string_view type, std::string_view id) {
  Statement& look = s_->begin(db_, "SELECT credit FROM refs WHERE surface = ? AND type = ? AND id = ?");
  std::int64_t no = first_integer(look.bind(surface).bind(type).bind(id)).value_or(0);
  return no == 0 ? std::nullopt : credit(no);
}

bool Reader::has_refs(std::string_view surface, std::string_view type) {
  return first_integer(
             s_->begin(db_, "SELECT 1 FROM refs WHERE surface = ? AND type = ? LIMIT 1").bind(surface).bind(type))
      .has_value();
}

std::vector<Reader::Ref> Reader::refs(std::int64_t credit) {
  return all<Ref>(
      s_->begin(db_, "SELECT surface, type, id FROM refs WHERE credit = ? ORDER BY surface, type, id").bind(credit),
      [](const Statement& s) { return Ref{s.text(0), s.text(1), s.text(2)}; });
}

}  // namespace handoff::journal
