#include <array>

#include "core/crypto/hash.hpp"
#include "core/model/identity.hpp"
#include "core/serve/alerts.hpp"
#include "core/serve/views_mask.hpp"
#include "core/serve/views_next.hpp"
#include "core/serve/words.hpp"

namespace handoff::serve {

namespace {

constexpr std::size_t kAlertIdLength = 26;

/// The same for the same telling, whether or not it is remembered that it went out: receivers tell a repeat by it.
std::string message_id(const std::string& what) {
  return "al_" + crypto::base32(crypto::bytes(crypto::sha256(what))).substr(0, kAlertIdLength);
}

/// A reason may quote a vendor, and a vendor may quote a customer.
std::string without_persons(const std::string& text) { return Masker().text(text); }

std::string customer_hint(journal::Reader& read, const crypto::Vault* vault, std::int64_t credit) {
  if (vault == nullptr) return {};
  auto [key, data] = read.personal(credit);
  json::Parsed told = json::parse(vault->open_sealed(key, "personal", data).value_or(""));
  if (!told) return {};
  constexpr std::array<std::pair<const char*, Personal>, 3> kShown = {
      {{"email", Personal::email}, {"phone", Personal::phone}, {"loyalty", Personal::other}}};
  for (const auto& [name, kind] : kShown)
    if (std::string_view value = told->at(name).as_string(); !value.empty()) return mask(kind, value);
  return {};
}

std::string filled(std::string link, const NoticeCredit& credit) {
  const std::pair<std::string_view, std::string> all[] = {
      {"{credit}", credit.ref}, {"{case}", credit.case_no == 0 ? std::string() : std::to_string(credit.case_no)}};
  for (const auto& [name, value] : all)
    for (std::size_t at = link.find(name); at != std::string::npos; at = link.find(name, at + value.size()))
      link.replace(at, name.size(), value);
  return link;
}

std::vector<Money> amounts(const std::map<std::string, std::int64_t>& sums) {
  std::vector<Money> out;
  for (const auto& [currency, minor] : sums) out.emplace_back(minor, currency);
  return out;
}

std::string text_of(const Money& money) { return money.decimal() + " " + money.currency(); }

/// "3 credits, 75.00 USD"
std::string how_much(const NotifyInput& notice, bool of_source) {
  std::string out = counted(notice.count, of_source ? "case" : "credit");
  for (const Money& money : notice.amounts) out += ", " + grouped_amount(money.decimal()) + " " + money.currency();
  return out;
}

std::string places(const std::vector<std::string>& stores) {
  if (stores.size() == 1) return ", store " + stores.front();
  return stores.empty() ? std::string() : ", " + counted(static_cast<std::int64_t>(stores.size()), "store");
}

std::string facts_of(const NoticeCredit& one) {
  std::string out = one.amount.currency().empty() ? std::string() : text_of(one.amount) + ", ";
  auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) out += std::string(name) + " " + value + ", ";
  };
  add("store", one.store);
  add("register", one.terminal);
  add("transaction", one.transaction);
  add("customer", one.customer);
  add("at", one.hop);
  if (one.case_no != 0) add("case", std::to_string(one.case_no));
  return out + "for " + duration(one.age_s * 1000);
}

std::string body_of(const NotifyInput& notice) {
  std::string out = notice.summary + "\nCause: " + notice.cause + "\n\nWhat to do: " + notice.action + "\n\n";
  for (const NoticeCredit& one : notice.credits) {
    out += "  " + one.ref + "  " + one.facts + "\n    handoff trace " + one.ref + "\n";
    if (!one.link.empty()) out += "    " + one.link + "\n";
  }
  std::int64_t more = notice.count - static_cast<std::int64_t>(notice.credits.size());
  if (notice.credits.empty())
    out += "  handoff cases --by-cause\n";
  else if (more > 0)
    out += "  and " + grouped(more) + " more: handoff cases --by-cause\n";
  return out;
}

NoticeCredit credit_of(journal::Reader& read, const crypto::Vault* vault, const AlertRules& rules,
                       const journal::CreditRow& row, const AlertGroup& group, std::int64_t case_no,
                       std::int64_t now_ms) {
  NoticeCredit out;
  out.ref = row.ref;
  out.amount = row.amount;
  out.customer = customer_hint(read, vault, row.no);
  out.store = row.store;
  out.terminal = row.terminal;
  out.transaction = row.transaction;
  out.hop = group.hop;
  out.age_s = (now_ms - row.at) / 1000;
  out.case_no = case_no;
  if (!rules.link.empty()) out.link = filled(rules.link, out);
  out.facts = facts_of(out);
  return out;
}

/// What the oldest asks for; the others of the group ask for the same.
std::string action_of(journal::Reader& read, const journal::CreditRow& credit,
                      const std::optional<journal::CaseRow>& row, bool at_counter) {
  if (row) return (at_counter ? store_step : next_step)(credit, *row, exits_of(read, *row));
  return "It is not on the platform yet. handoff goes on by itself. See what it waits for: handoff trace " + credit.ref;
}

AlertMessage message(const AlertRules& rules, NotifyInput notice, std::int64_t now_ms) {
  AlertMessage out;
  out.at = now_ms;
  out.text = notice.title + "\n\n" + (notice.count == 0 ? notice.action + "\n" : body_of(notice));
  out.text += "\n-- \nhandoff, " + rules.retailer + ", " + rfc3339(now_ms) + ", message " + notice.id + "\n";
  out.notice = std::move(notice);
  return out;
}

}  // namespace

AlertMessage alert_message(journal::Reader& read, const crypto::Vault* vault, const AlertRules& rules,
                           const Telling& telling, std::int64_t now_ms) {
  const AlertGroup& group = *telling.group;
  const journal::AlertRow& before = telling.before;
  NotifyInput notice;
  notice.id = message_id(rules.retailer + "\n" + before.contact + "\n" + before.channel + "\n" + group.cause + "\n" +
                         std::to_string(before.told_at));
  notice.kind = before.count == 0 ? "raised" : "again";
  notice.cause = without_persons(group.cause);
  notice.urgent = group.urgent;
  notice.count = group.count;
  notice.age_s = (now_ms - group.oldest_at) / 1000;
  notice.amounts = amounts(group.sums);
  notice.stores.assign(group.stores.begin(), group.stores.end());
  for (const AlertGroup::Named& named : group.named) {
    std::optional<journal::CreditRow> credit = read.credit(named.credit);
    std::optional<journal::CaseRow> row = read.case_of(named.case_no);
    if (!credit && row && notice.action.empty()) notice.action = without_persons(next_step_of_source(*row));
    if (!credit) continue;
    if (notice.action.empty()) notice.action = without_persons(action_of(read, *credit, row, group.role == "store"));
    notice.credits.push_back(credit_of(read, vault, rules, *credit, group, named.case_no, now_ms));
  }
  notice.summary = how_much(notice, group.of_source) + places(notice.stores) + ". The oldest for " +
                   duration(notice.age_s * 1000) + ".";
  notice.title =
      (notice.kind == "again" ? "Still: " : "") + notice.cause + " (" + how_much(notice, group.of_source) + ")";
  return message(rules, std::move(notice), now_ms);
}

AlertMessage settled_message(const AlertRules& rules, const journal::AlertRow& told, std::int64_t now_ms) {
  NotifyInput notice;
  notice.id = message_id(rules.retailer + "\n" + told.contact + "\n" + told.channel + "\n" + told.cause + "\nsettled " +
                         std::to_string(told.told_at));
  notice.kind = "settled";
  notice.cause = without_persons(told.cause);
  notice.title = "Settled: " + notice.cause;
  notice.action = "No open case has this cause any more; what was retried is under way.";
  return message(rules, std::move(notice), now_ms);
}

AlertMessage test_message(const AlertRules& rules, const std::string& channel, std::int64_t now_ms) {
  NotifyInput notice;
  notice.id = message_id(rules.retailer + "\ntest\n" + channel + "\n" + std::to_string(now_ms));
  notice.kind = "test";
  notice.title = "Test: this is no alert";
  notice.cause = "test";
  notice.action =
      "Somebody asked for it: handoff alerts test " + channel + ". Nothing is wrong, and nothing is to be done.";
  return message(rules, std::move(notice), now_ms);
}

}  // namespace handoff::serve
