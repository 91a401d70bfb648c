// status, credits.

#include <ostream>

#include "core/app/cli/alerts.hpp"
#include "core/app/cli/commands.hpp"
#include "core/app/cli/show.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/serve/refresh_file.hpp"
#include "core/serve/views.hpp"

namespace handoff::cli {

namespace {

std::string age(const json::Value& ms) { return duration(number_of(ms)); }

// ---- status ----

void print_credits_part(const json::Value& view, Console& console) {
  const json::Value& credits = view.at("credits");
  console.out << paint(console, Tone::strong, "Credits") << "   " << grouped(number_of(credits.at("total"))) << "\n";
  Table table({{""}, {"", Table::Align::right}});
  for (const auto& [state, count] : credits.at("by_state").as_object()) table.add({state, grouped(number_of(count))});
  table.print(console.out, 0, 10);
  const json::Value& oldest = view.at("oldest_under_way");
  if (oldest.is_object())
    console.out << "          oldest under way: " << text_of(oldest.at("ref")) << ", " << money(oldest.at("amount"))
                << ", " << text_of(oldest.at("state")) << ", for " << age(oldest.at("age_ms")) << "\n";
}

/// Where what is under way is just now.
void print_hops_part(const json::Value& hops, Console& console) {
  Table table({{""}, {"", Table::Align::right}, {""}});
  for (const json::Value& one : hops.as_array())
    table.add({text_of(one.at("hop")), grouped(number_of(one.at("credits"))),
               "the oldest " + text_of(one.at("oldest")) + ", for " + age(one.at("age_ms"))});
  if (table.empty()) return;
  console.out << paint(console, Tone::strong, "At work") << "\n";
  table.print(console.out, 0, 10);
}

void print_cases_part(const json::Value& cases, Console& console) {
  std::int64_t open = number_of(cases.at("open")), overdue = number_of(cases.at("overdue"));
  console.out << paint(console, Tone::strong, "Cases") << "     " << grouped(open) << " open";
  if (overdue > 0) console.out << ", " << paint(console, Tone::bad, grouped(overdue) + " overdue");
  if (open > 0) console.out << ", the oldest for " << age(cases.at("oldest_age_ms"));
  std::string amounts;
  for (const json::Value& amount : cases.at("amounts").as_array())
    amounts += (amounts.empty() ? "; they hold up " : " and ") + sum(amount);
  console.out << amounts << "\n";
  Table table({{""}, {"", Table::Align::right}});
  for (const auto& [kind, count] : cases.at("by_kind").as_object()) table.add({kind, grouped(number_of(count))});
  table.print(console.out, 0, 10);
}

/// Shown while it lasts, and afterwards what it brought.
void print_recovery(const json::Value& recovery, Console& console) {
  if (!recovery.is_object()) return;
  bool open = recovery.at("open").as_bool();
  console.out << paint(console, open ? Tone::bad : Tone::strong, "Recovery") << "  "
              << (text_of(recovery.at("how")) == "restore" ? "of a backup" : "of an older copy of the store")
              << " from " << moment(recovery.at("restore_point")) << " UTC"
              << (open ? ": goes on, every send is a look first"
                       : ": what was open then is settled, since " + moment(recovery.at("closed_at")) + " UTC")
              << "\n";
  if (std::int64_t doubted = number_of(recovery.at("effects_in_doubt")); doubted > 0)
    console.out
        << "          " << grouped(doubted)
        << " effects may have been sent by the hub that was lost: each is looked for, and sent only if it is not there\n";
  if (open)
    console.out << "          " << grouped(number_of(recovery.at("effects_to_settle")))
                << " effects of before to settle\n";
  for (const json::Value& source : recovery.at("sources").as_array())
    console.out << "          " << text_of(source.at("connector")) << ": "
                << counted(number_of(source.at("records")), "record") << " read again, "
                << grouped(number_of(source.at("found_again"))) << " were unknown"
                << (source.at("read_to_its_end").as_bool() ? "" : ", more to come") << "\n";
}

void print_status(const json::Value& view, const Options&, Console& console) {
  print_credits_part(view, console);
  print_hops_part(view.at("hops"), console);
  print_cases_part(view.at("cases"), console);
  auto line = [&](const char* title, const std::string& text) {
    console.out << paint(console, Tone::strong, title) << text << "\n";
  };
  line("Effects", "   " + grouped(number_of(view.at("effects").at("open"))) + " under way");
  std::int64_t parked = number_of(view.at("webhooks").at("parked"));
  line("Webhooks", "  " + grouped(number_of(view.at("webhooks").at("open"))) + " to be fetched, " +
                       paint(console, parked > 0 ? Tone::bad : Tone::plain, grouped(parked) + " parked"));
  line("Journal", "   " + counted(number_of(view.at("journal").at("rows")), "row"));
  if (const json::Value& list = view.at("customers"); list.is_object())
    line("Customers",
         " " + grouped(number_of(list.at("customers"))) + " of " + text_of(list.at("from")) + ", read " +
             age(list.at("age_ms")) + " ago" +
             (list.at("full").as_bool() ? paint(console, Tone::bad, "; at_most is reached, more are not ranked") : ""));
  print_alert_channels(view.at("alerts"), console);
  if (view.at("disk_full").as_bool())
    line(
        "Disk",
        "      " + paint(console, Tone::bad, "no room") +
            (view.at("disk_free_mb").is_null()
                 ? ""
                 : " (" + grouped(number_of(view.at("disk_free_mb"))) + " MB free, " +
                       grouped(number_of(view.at("disk_wanted_mb"))) + " MB are wanted)") +
            " beside the store: registers get 503, and nothing new is taken; make room, and handoff goes on by itself");
  for (const json::Value& one : view.at("refused").as_array())
    line("Refused", "   " + text_of(one.at("listener")) + " listener: " + std::to_string(number_of(one.at("status"))) +
                        " " + text_of(one.at("code")) + (one.at("why").is_null() ? "" : ": " + text_of(one.at("why"))) +
                        ", " + counted(number_of(one.at("times")), "time") + " since the start, the last " +
                        age(one.at("last_ms")) + " ago from " + text_of(one.at("from")));
  for (const json::Value& one : view.at("asked_to_wait").as_array())
    line("Waiting", "   " + text_of(one.at("connector")) + " asks to wait (" + text_of(one.at("code")) +
                        "): " + counted(number_of(one.at("effects")), "request") +
                        " refused just now and not done; handoff sends them again by itself");
  for (const json::Value& one : view.at("failing").as_array()) line("Failing", "   " + failing_text(one, console));
  for (const json::Value& one : view.at("connectors").as_array())
    if (std::int64_t times = number_of(one.at("misbehaved")); times > 0)
      line("Plugins", "   " + text_of(one.at("connector")) + " " +
                          paint(console, Tone::bad, "broke the contract " + counted(times, "time")) +
                          " since the start; its cases and the log say how");
  for (const json::Value& one : view.at("unauthorised").as_array())
    line("Vendors", "   " + text_of(one.at("connector")) + " " + paint(console, Tone::bad, "must be authorised again") +
                        ": " + text_of(one.at("why")));
  print_recovery(view.at("recovery"), console);
}

// ---- lists ----

std::string why(const json::Value& credit) {
  bool tombstone = text_of(credit.at("state")) == "tombstone";
  std::string held_by = text_of(credit.at("held_by"));
  return tombstone ? "cancelled before it was issued" : held_by.empty() ? text_of(credit.at("reason")) : held_by;
}

void print_credits(const json::Value& view, const Options& options, Console& console) {
  Table table({{"ACCEPTED (UTC)"},
               {"CREDIT"},
               {"AMOUNT", Table::Align::right},
               {"STATE"},
               {"STORE"},
               {"TRANSACTION"},
               {"WHY", Table::Align::left, Table::Narrow::is_cut}});
  for (const json::Value& credit : view.at("credits").as_array()) {
    std::string transaction = text_of(credit.at("transaction"));
    table.add({moment(credit.at("accepted_at")), text_of(credit.at("ref")), money(credit.at("amount")),
               text_of(credit.at("state")), text_of(credit.at("store")),
               transaction.empty() ? text_of(credit.at("unique_id")) : transaction, why(credit)});
  }
  bool narrow = !options.store.empty() || !options.on.empty() || !options.amount.empty() || !options.customer.empty();
  if (table.empty())
    console.out << (narrow                  ? "No credits like that.\n"
                    : options.state.empty() ? "No credits yet.\n"
                                            : "No credits in state " + options.state + ".\n");
  else
    table.print(console.out, console.width);
  print_more(view, "credits", console);
}

}  // namespace

int status(const Options& options, Console& console) {
  return show(
      options, console, "/v1/status",
      [&](journal::Reader& read, const crypto::Vault*) -> Outcome {
        auto hub = Hub::find(options, console);
        auto store = hub ? hub->store_place() : std::string();
        return serve::with_unauthorised(serve::status_view(read, console.now_ms()), store ? *store : "");
      },
      print_status);
}

int credits(const Options& options, Console& console) {
  serve::CreditFilter filter{options.state, options.store, options.on, options.amount, options.customer};
  std::string target =
      "/v1/credits?state=" + percent_encoded(options.state) + "&limit=" + std::to_string(options.limit);
  for (auto [name, value] : {std::pair("store", &filter.store),
                             {"on", &filter.on},
                             {"amount", &filter.amount},
                             {"customer", &filter.customer}})
    if (!value->empty()) target += std::string("&") + name + "=" + percent_encoded(*value);
  return show(
      options, console, target,
      [&](journal::Reader& read, const crypto::Vault*) -> Outcome {
        auto view = serve::credits_view(read, filter, options.limit, console.now_ms());
        if (view) return std::move(*view);
        const auto& [code, message] = view.error();
        return std::unexpected(Failure{message, code == "invalid" ? kUsage : kCouldNot, code});
      },
      print_credits);
}

}  // namespace handoff::cli
