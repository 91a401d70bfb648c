// What a person looks for. These walk tables, on the thread that answers operators.

#include "core/journal/reader_parts.hpp"

namespace handoff::journal {

std::vector<CreditRow> Reader::credits_like(const CreditSearch& like, std::int64_t limit) {
  Statement& look = s_->begin(db_,
                              "SELECT no FROM credits WHERE (?1 = '' OR state = ?1) AND (?2 = '' OR store = ?2) AND "
                              "(?3 = '' OR business_date = ?3) AND (?4 = '' OR (amount = ?5 AND currency = ?4)) AND "
                              "(?6 = 0 OR customer = ?6) ORDER BY no DESC LIMIT ?7");
  look.bind(like.state)
      .bind(like.store)
      .bind(like.business_date)
      .bind(like.amount.currency())
      .bind(like.amount.minor());
  std::vector<CreditRow> out;
  for (std::int64_t no : integers(look.bind(like.customer).bind(limit)))
    if (auto row = credit(no)) out.push_back(std::move(*row));
  return out;
}

std::int64_t Reader::issue_where(std::int64_t limit, const std::function<bool(std::string_view tuple)>& fits) {
  Statement& look =
      s_->begin(db_,
                "SELECT credit, subject || '|' || surface || '|' || generation FROM effects WHERE op = 'issue' "
                "ORDER BY no DESC LIMIT ?");
  std::int64_t found = 0;
  for (look.bind(limit); found == 0 && look.row();)
    if (fits(look.view(1))) found = look.integer(0);
  look.end();
  return found;
}

}  // namespace handoff::journal
