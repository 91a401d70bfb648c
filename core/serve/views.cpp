#include "core/serve/views.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/model/identity.hpp"
#include "core/serve/alerts.hpp"
#include "core/serve/views_next.hpp"
#include "core/serve/views_parts.hpp"
#include "core/serve/views_token.hpp"

namespace handoff::serve {

namespace {

constexpr std::int64_t kCountedMax = 100'000;  // open cases that status adds up

json::Value by_state(const journal::Reader::Counts& counts) {
  json::Object out;
  for (std::string_view state : {"accepted", "resolved", "routed", "available", "complete", "unresolved", "held",
                                 "cancelling", "closed", "tombstone"})
    for (const auto& [name, count] : counts.credits_by_state)
      if (name == state) out.set(name, count);
  for (const auto& [name, count] : counts.credits_by_state)
    if (!out.find(name)) out.set(name, count);
  return out;
}

json::Value open_cases(journal::Reader& read, std::int64_t total, std::int64_t now_ms) {
  std::map<std::string, std::int64_t> kinds, sums;
  std::set<std::int64_t> counted;  // a credit with two cases holds up its value once
  std::int64_t overdue = 0, oldest = 0;
  for (const journal::CaseRow& row : read.cases("open", kCountedMax)) {
    ++kinds[row.kind];
    if (!counted.contains(row.credit) && holds_up(read, row, read.credit(row.credit)) &&
        counted.insert(row.credit).second)
      sums[row.amount.currency()] += row.amount.minor();
    if (row.deadline != 0 && row.deadline < now_ms) ++overdue;
    if (oldest == 0 || row.opened_at < oldest) oldest = row.opened_at;
  }
  json::Object by_kind;
  for (const auto& [kind, count] : kinds) by_kind.set(kind, count);
  json::Array amounts;
  for (const auto& [currency, minor] : sums) amounts.push_back(money_view(Money(minor, currency)));
  json::Object out;
  out.set("open", total).set("overdue", overdue).set("by_kind", std::move(by_kind)).set("amounts", std::move(amounts));
  if (oldest != 0) out.set("oldest_opened_at", rfc3339(oldest)).set("oldest_age_ms", now_ms - oldest);
  return out;
}

/// J10: how far the recovery after a restore has come.
json::Value recovery_view(journal::Reader& read, const journal::RestoreRow& restore) {
  json::Object out;
  out.set("open", restore.closed_at == 0).set("how", restore.how).set("restored_at", rfc3339(restore.at));
  out.set("restore_point", rfc3339(restore.point));
  if (restore.closed_at != 0) out.set("closed_at", rfc3339(restore.closed_at));
  if (std::int64_t doubted = read.open_doubted_effects(); doubted > 0) out.set("effects_in_doubt", doubted);
  if (restore.closed_at == 0) out.set("effects_to_settle", read.open_effects_up_to(restore.last_effect));
  json::Array sources;
  for (const journal::RestoreSourceRow& row : read.restore_sources(restore.epoch)) {
    json::Object one;
    one.set("connector", row.connector).set("records", row.records).set("found_again", row.fresh);
    one.set("read_to_its_end", row.done);
    sources.push_back(json::Value(std::move(one)));
  }
  out.set("sources", std::move(sources));
  return json::Value(std::move(out));
}

/// Which hop, and why: what its oldest case says.
std::string held_by(journal::Reader& read, const journal::CreditRow& credit) {
  for (const journal::CaseRow& row : read.cases_of(credit.no))
    if (row.state == "open" && !hop_of(row.reason).empty()) return row.reason;
  return {};
}

/// The copy of a system's customer list, as its last pull left it.
json::Value customers_view(const json::Value& kept, std::int64_t now_ms) {
  std::int64_t at = kept.at("at").as_integer().value_or(0);
  json::Object out;
  out.set("from", kept.at("connector")).set("customers", kept.at("customers")).set("full", kept.at("full"));
  out.set("read_at", rfc3339(at)).set("age_ms", now_ms - at);
  return json::Value(std::move(out));
}

}  // namespace

json::Value money_view(const Money& money) {
  json::Object out;
  out.set("amount", money.decimal()).set("currency", money.currency());
  return out;
}

json::Value credit_view(journal::Reader& read, const journal::CreditRow& credit, std::int64_t now_ms) {
  json::Object out;
  out.set("ref", credit.ref).set("no", credit.no);
  if (!credit.amount.currency().empty()) out.set("amount", money_view(credit.amount));  // a tombstone has none
  set_text(out, "balance_type", credit.balance_type);
  out.set("state", credit.state);
  set_text(out, "reason", credit.reason);
  out.set("active", credit.active);
  out.set("accepted_at", rfc3339(credit.at)).set("changed_at", rfc3339(credit.changed_at));
  out.set("age_ms", now_ms - credit.at);
  set_text(out, "source", credit.source);
  set_text(out, "origin", credit.origin);
  set_text(out, "unique_id", credit.unique_id);
  set_text(out, "business_date", credit.business_date);
  set_text(out, "transaction", credit.transaction);
  set_text(out, "line", credit.line);
  set_text(out, "store", credit.store);
  set_text(out, "terminal", credit.terminal);
  set_text(out, "staff", credit.staff);
  set_text(out, "expires_at", credit.expires_at);
  set_text(out, "campaign", credit.campaign);
  set_text(out, "route", credit.route);
  if (credit.customer != 0) out.set("customer", read.customer_hub(credit.customer));
  set_text(out, "instrument", credit.instrument);
  if (credit.available) out.set("available", money_view(Money(*credit.available, credit.amount.currency())));
  return out;
}

json::Value status_view(journal::Reader& read, std::int64_t now_ms) {
  journal::Reader::Counts counts = read.counts();
  std::int64_t total = 0;
  for (const auto& [state, count] : counts.credits_by_state) total += count;
  json::Object credits;
  credits.set("total", total).set("by_state", by_state(counts));
  json::Object hints;
  for (std::string_view state : {"open", "parked"}) hints.set(state, std::int64_t{0});
  for (const auto& [state, count] : counts.hints_by_state) hints.set(state, count);
  json::Object out;
  out.set("now", rfc3339(now_ms)).set("credits", std::move(credits));
  std::vector<std::int64_t> oldest = read.active_credits(0, 1);
  if (std::optional<journal::CreditRow> row = oldest.empty() ? std::nullopt : read.credit(oldest.front()))
    out.set("oldest_under_way", credit_view(read, *row, now_ms));
  json::Array hops;
  for (const journal::Reader::OldestAtHop& at : read.oldest_at_hops()) {
    std::optional<journal::CreditRow> row = read.credit(at.oldest);
    if (!row) continue;
    hops.emplace_back(
        json::Object{{"hop", at.hop}, {"credits", at.credits}, {"oldest", row->ref}, {"age_ms", now_ms - row->at}});
  }
  if (!hops.empty()) out.set("hops", std::move(hops));
  json::Array asked;
  for (const journal::Reader::Asked& one : read.asked_to_wait())
    asked.emplace_back(json::Object{{"connector", one.connector}, {"code", one.code}, {"effects", one.effects}});
  if (!asked.empty()) out.set("asked_to_wait", std::move(asked));
  out.set("cases", open_cases(read, counts.open_cases, now_ms));
  json::Object effects, journal;
  effects.set("open", counts.open_effects);
  journal.set("rows", counts.journal_rows);
  if (json::Array channels = alert_channels_view(read); !channels.empty()) out.set("alerts", std::move(channels));
  out.set("effects", std::move(effects)).set("webhooks", std::move(hints)).set("journal", std::move(journal));
  if (json::Parsed list = json::parse(read.meta("customers"))) out.set("customers", customers_view(*list, now_ms));
  if (std::optional<journal::RestoreRow> restore = read.last_restore())
    out.set("recovery", recovery_view(read, *restore));
  return out;
}

std::expected<json::Value, ViewError> credits_view(journal::Reader& read, const CreditFilter& filter,
                                                   std::int64_t limit, std::int64_t now_ms) {
  journal::Reader::CreditSearch like;
  like.state = filter.state;
  like.store = filter.store;
  like.business_date = filter.on;
  if (!filter.on.empty() && !days_from_date(filter.on))
    return std::unexpected(ViewError{"invalid", "on: write a day, 2026-11-23"});
  if (!filter.amount.empty()) {
    std::size_t space = std::min(filter.amount.find(' '), filter.amount.size());
    auto amount = money_from_decimal(filter.amount.substr(0, space),
                                     filter.amount.substr(std::min(space + 1, filter.amount.size())));
    if (!amount) return std::unexpected(ViewError{"invalid", "amount: write it with its currency, \"25.00 USD\""});
    like.amount = *amount;
  }
  if (!filter.customer.empty()) {
    auto customer = read.customer_by_hub(filter.customer);
    if (!customer)
      return std::unexpected(
          ViewError{"not_found", "no customer is called '" + filter.customer +
                                     "' here: write the hub's name of one, as trace shows it. Whom the hub knows by an "
                                     "e-mail, phone or loyalty id, and their credits: handoff identity explain"});
    like.customer = *customer;
  }
  return view_page("credits", read.credits_like(like, limit + 1), limit, [&](const journal::CreditRow& row) {
    json::Object view = credit_view(read, row, now_ms).as_object();
    if (row.state == "held") set_text(view, "held_by", held_by(read, row));
    return json::Value(std::move(view));
  });
}

json::Value tokens_view(journal::Reader& read) {
  json::Array list;
  for (const journal::TokenRow& row : read.tokens()) {
    json::Object token;
    token.set("name", row.name).set("role", row.role);
    set_text(token, "store", row.store);
    token.set("revoked", row.revoked);
    set_text(token, "problem", role_problem(row.role, row.store));
    list.emplace_back(std::move(token));
  }
  json::Object out;
  out.set("tokens", std::move(list));
  return out;
}

}  // namespace handoff::serve
