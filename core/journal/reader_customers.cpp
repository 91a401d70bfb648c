// One system's customer list, and who its customers are here.

#include "core/journal/reader.hpp"

namespace handoff::journal {

std::vector<std::int64_t> Reader::customers_by_ref(std::string_view surface, std::string_view id) {
  Statement look;
  look.prepare(db_, "SELECT customer FROM customer_refs WHERE surface = ? AND id = ? ORDER BY customer");
  std::vector<std::int64_t> out;
  for (look.begin().bind(surface).bind(id); look.row();) out.push_back(look.integer(0));
  return out;
}

std::vector<CreditRow> Reader::credits_of(std::int64_t customer) {
  Statement look;
  look.prepare(db_, "SELECT no FROM credits WHERE customer = ? ORDER BY no");
  std::vector<CreditRow> out;
  for (look.begin().bind(customer); look.row();)
    if (std::optional<CreditRow> one = credit(look.integer(0))) out.push_back(std::move(*one));
  return out;
}

std::pair<std::string, std::string> Reader::listed(std::string_view connector, std::string_view id) {
  Statement look;
  look.prepare(db_, "SELECT key, data FROM directory WHERE connector = ? AND id = ?");
  look.begin().bind(connector).bind(id);
  if (!look.row()) return {};
  return {look.text(0), look.text(1)};
}

std::vector<Reader::Listed> Reader::directory(std::string_view connector, std::string_view after, std::int64_t limit) {
  Statement look;
  look.prepare(db_, "SELECT id, key, data FROM directory WHERE connector = ? AND id > ? ORDER BY id LIMIT ?");
  std::vector<Listed> out;
  for (look.begin().bind(connector).bind(after).bind(limit); look.row();)
    out.push_back({look.text(0), look.text(1), look.text(2)});
  return out;
}

}  // namespace handoff::journal
