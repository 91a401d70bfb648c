#include "mapping.hpp"

#include <algorithm>

namespace handoff::tryton {

namespace {

constexpr std::string_view kDescription = "Store credit ";
constexpr std::string_view kOurs = "ho1-";

/// The credit ref in "Store credit sc_1 issued".
std::string credit_of(std::string_view description) {
  if (!description.starts_with(kDescription)) return {};
  description.remove_prefix(kDescription.size());
  return std::string(description.substr(0, description.find(' ')));
}

/// What a line adds to the liability; nothing if it cannot be read. One of the two sides is zero.
std::optional<Money> added_by(const json::Value& line, const std::string& currency) {
  std::optional<Money> debit = to_money(line.at("debit"), currency), credit = to_money(line.at("credit"), currency);
  if (!debit || !credit || (debit->minor() != 0 && credit->minor() != 0)) return std::nullopt;
  return credit->minor() != 0 ? *credit : debit->negated();
}

std::string state_of(const json::Value& move) {
  std::string_view state = move.at("state").as_string();
  return state == "posted" ? "active" : state == "draft" ? "pending" : "unknown";
}

/// What one line tells of its move; nothing if it is no line.
std::optional<Sighting> sighting(const json::Value& line, const Books& books) {
  std::optional<Money> amount = added_by(line, books.currency);
  Sighting out;
  out.instrument = id_of(line.at("move"));
  if (!amount || out.instrument.empty() || line.at("account.").at("code").as_string().empty()) return std::nullopt;
  const json::Value& move = line.at("move.");
  out.amount = *amount;
  out.state = state_of(move);
  out.customer = id_of(line.at("party"));
  out.reference = move.at("description").as_string();
  out.credit = credit_of(line.at("description").as_string());
  out.made = to_iso(move.at("date"));
  return out;
}

}  // namespace

std::optional<Account> to_account(const json::Value& row) {
  Account out;
  out.id = id_of(row.at("id"));
  out.code = row.at("code").as_string();
  out.currency = row.at("company.").at("currency.").at("code").as_string();
  out.wants_party = truth(row.at("party_required"));
  if (out.id.empty() || out.code.empty() || out.currency.empty()) return std::nullopt;
  return out;
}

Posting to_posting(const RecordInput& in, const Books& books, const std::string& today) {
  if (in.amount.currency() != books.currency)
    throw Failure(Failed::unsupported, "these books are kept in " + books.currency + ", not " + in.amount.currency());
  if (in.entry != "issued" && in.entry != "cancelled")
    throw Failure(Failed::unsupported, "an entry '" + in.entry + "' has no posting here");
  if (!in.amount.is_positive()) throw Failure(Failed::unsupported, "only a positive amount can be booked");
  if (in.reference.empty()) throw Failure(Failed::bug, "a booking without a reference");
  Posting out;
  out.reference = in.reference;
  out.credit = in.credit.ref;
  out.entry = in.entry;
  out.date = today.empty() ? in.credit.business_date : today;
  if (!date(out.date)) throw Failure(Failed::unsupported, "the credit has no business date to post on");
  out.amount = in.amount;
  out.credits = in.entry == "issued";
  return out;
}

std::optional<std::string> party_on(const Account& account, const Books& books, const RecordInput& in) {
  if (!account.wants_party) return std::nullopt;
  if (!books.party.empty()) return books.party;
  if (in.customer && !in.customer->id.empty()) return in.customer->id;
  throw Failure(Failed::rejected,
                "account " + account.code + " wants a party, and the books know none of this customer");
}

json::Value move_values(const Posting& posting, const Books& books, const std::string& journal,
                        const std::string& period, const Line& on, const Line& against) {
  const Money zero(0, posting.amount.currency());
  auto line = [&](const Line& where, bool credit) {
    json::Object out;
    out.set("account", to_id(where.account));
    if (where.party) out.set("party", to_id(*where.party));
    out.set("debit", decimal(credit ? zero : posting.amount));
    out.set("credit", decimal(credit ? posting.amount : zero));
    out.set("description", std::string(kDescription) + posting.credit + " " + posting.entry);
    return json::Value(std::move(out));
  };
  json::Array lines, create, commands;
  lines.push_back(line(on, posting.credits));
  lines.push_back(line(against, !posting.credits));
  create.emplace_back("create");
  create.emplace_back(std::move(lines));
  commands.emplace_back(std::move(create));
  json::Object out;
  out.set("company", books.company);
  out.set("journal", to_id(journal));
  out.set("period", to_id(period));
  out.set("date", *date(posting.date));
  out.set("description", posting.reference);
  out.set("lines", std::move(commands));
  return json::Value(std::move(out));
}

std::vector<std::string> line_fields() {
  return {"account.code",     "party",      "debit",    "credit", "description", "move",
          "move.description", "move.state", "move.date"};
}

std::optional<std::vector<Sighting>> to_sightings(const json::Array& lines, const Books& books) {
  struct Seen {
    Seen() = default;
    Sighting on;
    int ours = 0, others = 0;
    std::optional<Money> against;
  };
  std::vector<Seen> moves;
  for (const json::Value& line : lines) {
    std::optional<Sighting> seen = sighting(line, books);
    if (!seen) return std::nullopt;
    auto at = std::find_if(moves.begin(), moves.end(),
                           [&](const Seen& move) { return move.on.instrument == seen->instrument; });
    if (at == moves.end()) at = moves.emplace(moves.end());
    std::string_view code = line.at("account.").at("code").as_string();
    if (at->on.instrument.empty() || code == books.account) at->on = *seen;
    if (code == books.account) ++at->ours;
    if (code == books.balancing_account) at->against = seen->amount;
    if (code != books.account && code != books.balancing_account) ++at->others;
  }
  std::vector<Sighting> out;
  for (Seen& move : moves) {
    bool whole = move.ours == 1 && move.others == 0 && move.against && move.against == move.on.amount->negated();
    if (!whole) move.on.state = "unknown";
    if (move.ours == 0) move.on.amount.reset();
    out.push_back(std::move(move.on));
  }
  return out;
}

std::optional<Sighting> listed(const json::Value& line, const Books& books) {
  std::optional<Sighting> out = sighting(line, books);
  if (!out || line.at("account.").at("code").as_string() != books.account || id_of(line.at("id")).empty())
    return std::nullopt;
  // A move that a person wrote may have several lines on the account; ours has one.
  if (!out->reference.starts_with(kOurs)) out->instrument += "/" + id_of(line.at("id"));
  return out;
}

std::optional<CustomerInfo> to_customer(const json::Value& mechanism) {
  CustomerInfo out;
  std::string_view type = mechanism.at("type").as_string();
  std::string value(mechanism.at("value").as_string());
  out.id = id_of(mechanism.at("party"));
  if (out.id.empty() || type.empty() || value.empty()) return std::nullopt;
  out.name = mechanism.at("party.").at("name").as_string();
  if (type == "email") out.email = value;
  std::string compact(mechanism.at("value_compact").as_string());
  if (type != "email") out.phone = compact.empty() ? value : compact;
  if (!truth(mechanism.at("party.").at("active"))) out.id.clear();
  return out;
}

}  // namespace handoff::tryton
