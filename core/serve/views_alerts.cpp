#include "core/model/identity.hpp"
#include "core/serve/alerts.hpp"
#include "core/serve/views.hpp"
#include "core/serve/views_parts.hpp"

namespace handoff::serve {

namespace {

const char* state_of(const Telling& one) {
  switch (one.hold) {
    case Hold::none:
      return "due";
    case Hold::quiet_hours:
      return "quiet hours";
    case Hold::limit:
      return "limit";
    default:
      return one.before.count != 0 ? "told" : "waits";
  }
}

json::Object telling_view(const journal::AlertRow& row, const char* state) {
  json::Object out;
  out.set("contact", row.contact).set("channel", row.channel).set("state", state);
  if (row.count != 0) out.set("told_at", rfc3339(row.told_at)).set("told_of", row.count).set("times", row.times);
  return out;
}

/// Those of the configuration, and who was told and is not in it any more.
json::Array tell_view(const AlertGroup& group, const std::vector<Telling>& all,
                      const std::vector<journal::AlertRow>& told) {
  json::Array out;
  std::set<std::pair<std::string, std::string>> shown;
  for (const Telling& one : all) {
    if (one.group != &group) continue;
    json::Object view = telling_view(one.before, state_of(one));
    if (one.hold == Hold::until_due) view.set("due_at", rfc3339(one.due_at));
    out.emplace_back(std::move(view));
    shown.emplace(one.before.contact, one.before.channel);
  }
  for (const journal::AlertRow& row : told)
    if (row.cause == group.cause && row.count != 0 && !shown.contains({row.contact, row.channel}))
      out.emplace_back(telling_view(row, "told"));
  return out;
}

json::Value group_view(journal::Reader& read, const AlertRules& rules, const AlertGroup& group, std::int64_t now_ms) {
  Telling of_it;
  of_it.group = &group;
  AlertMessage message = alert_message(read, nullptr, rules, of_it, now_ms);
  json::Array amounts, stores, credits;
  for (const auto& [currency, minor] : group.sums) amounts.push_back(money_view(Money(minor, currency)));
  for (const std::string& store : group.stores) stores.emplace_back(store);
  for (const NoticeCredit& one : message.notice.credits) credits.emplace_back(one.ref);
  json::Object out;
  out.set("cause", message.notice.cause).set("role", group.role);
  set_text(out, "hop", group.hop);
  out.set("urgent", group.urgent)
      .set("of_source", group.of_source)
      .set("count", group.count)
      .set("oldest_age_ms", now_ms - group.oldest_at);
  out.set("amounts", std::move(amounts)).set("stores", std::move(stores)).set("credits", std::move(credits));
  out.set("next", message.notice.action);
  return json::Value(std::move(out));
}

}  // namespace

json::Array alert_channels_view(journal::Reader& read) {
  json::Array out;
  for (const journal::AlertChannelRow& row : read.alert_channels()) {
    json::Object one;
    one.set("channel", row.channel).set("working", row.failing_since == 0);
    if (row.told_at != 0) one.set("told_at", rfc3339(row.told_at));
    if (row.failing_since != 0) one.set("failing_since", rfc3339(row.failing_since)).set("error", row.error);
    out.emplace_back(std::move(one));
  }
  return out;
}

json::Value alerts_view(journal::Reader& read, const AlertRules& rules, std::int64_t now_ms) {
  std::vector<AlertGroup> groups = alert_groups(read, rules, now_ms);
  std::vector<journal::AlertRow> told = read.alerts();
  std::vector<Telling> all = tellings(rules, groups, told, read.alert_channels(), now_ms);
  json::Array list;
  for (const AlertGroup& group : groups) {
    json::Value one = group_view(read, rules, group, now_ms);
    json::Object with = one.as_object();
    with.set("tell", tell_view(group, all, told));
    list.emplace_back(std::move(with));
  }
  json::Object out;
  out.set("alerts", std::move(list)).set("contacts", static_cast<std::int64_t>(rules.contacts.size()));
  out.set("channels", alert_channels_view(read));
  return json::Value(std::move(out));
}

}  // namespace handoff::serve
