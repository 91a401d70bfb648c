// identity explain: how identifiers are read, whom the hub knows by them, and what that would lead to.

#include <filesystem>
#include <map>
#include <optional>
#include <ostream>
#include <set>

#include "core/app/cli/commands.hpp"
#include "core/app/cli/hub.hpp"
#include "core/app/cli/table.hpp"
#include "core/app/cli/words.hpp"
#include "core/config/scalars.hpp"
#include "core/identity/index.hpp"
#include "core/identity/record.hpp"
#include "core/journal/store.hpp"
#include "core/model/identity.hpp"
#include "core/serve/identity_rules.hpp"
#include "core/serve/lint.hpp"
#include "core/serve/views.hpp"
#include "core/serve/views_mask.hpp"

namespace handoff::cli {

namespace {

/// Whom the copied customer list ranks: who shares something, and who is a typing error away.
struct Listed {
  identity::Judgement judgement;
  std::vector<identity::Person> persons;  // whom it ranks
  json::Value state;                      // whose list, when it was read; null: none is kept
};

struct Known {
  explicit Known(std::string why = {}) : missing(std::move(why)) {}
  std::vector<identity::Person> persons;  // `id` is the hub's
  json::Array credits;                    // of theirs the newest
  json::Array waiting;                    // credits that wait, and whose source said the same or nearly so
  bool more_wait = false;                 // than were looked through
  Listed listed;
  std::string missing;  // why there are none to look at; empty: the store was read
};

constexpr std::int64_t kReadAtOnce = 1000;
constexpr std::size_t kCreditsShown = 10;     // of a customer; of those that wait
constexpr std::int64_t kWaitingMax = 20'000;  // in each state; a second's work: what was told lies sealed

std::optional<identity::Identifiers> told_of(journal::Reader& read, const crypto::Vault& vault, std::int64_t owner) {
  auto [key, data] = read.personal(owner);
  json::Parsed parsed = json::parse(vault.open_sealed(key, "personal", data).value_or(""));
  identity::Identifiers told;
  if (!parsed || !decode(*parsed, told).empty()) return std::nullopt;
  return told;
}

std::optional<identity::Person> known_customer(journal::Reader& read, const crypto::Vault& vault,
                                               std::int64_t customer) {
  std::optional<identity::Identifiers> held = told_of(read, vault, -customer);
  if (!held) return std::nullopt;
  return identity::person(read.customer_hub(customer), *held);
}

/// What exists nowhere counts here, too: both sides may have written down the same number that is none.
identity::Identifiers as_given(identity::Identifiers from) {
  if (from.phone.empty()) from.phone = from.phone_doubtful;
  if (from.loyalty.empty()) from.loyalty = from.loyalty_doubtful;
  return from;
}

/// Credits that no customer of the hub leads to: held, or waiting for who is meant. Who asks at a counter says what the
/// register was told.
void find_waiting(Known& out, journal::Reader& read, const crypto::Vault& vault, const identity::Identifiers& said,
                  const std::set<std::int64_t>& customers, std::int64_t now) {
  identity::Index index;
  std::map<std::string, journal::CreditRow> rows;
  for (const char* state : {"accepted", "unresolved", "held", "repairing"}) {
    std::vector<journal::CreditRow> some = read.credits(state, kWaitingMax);
    out.more_wait = out.more_wait || some.size() == static_cast<std::size_t>(kWaitingMax);
    for (journal::CreditRow& row : some) {
      if (row.customer != 0 && customers.contains(row.customer)) continue;
      std::optional<identity::Identifiers> told = told_of(read, vault, row.no);
      if (!told) continue;
      index.put(identity::person(row.ref, as_given(*told)));
      for (const auto* more : {&told->beside, &told->before})
        for (const identity::Identifiers& one : *more) index.put(identity::person(row.ref, as_given(one)));
      rows.emplace(row.ref, std::move(row));
    }
  }
  for (const identity::Candidate& one : index.find(as_given(said)).ranked) {
    if (out.waiting.size() == kCreditsShown) return;
    json::Object view = serve::credit_view(read, rows.at(one.id), now).as_object();
    view.set("told", identity::words(one.evidence));
    out.waiting.emplace_back(std::move(view));
  }
}

/// Of a million it takes some seconds: the list lies sealed, record by record.
Listed ranked_by_list(journal::Reader& read, const crypto::Vault& vault, const identity::Identifiers& said) {
  Listed out;
  json::Parsed state = json::parse(read.meta("customers"));
  if (!state) return out;
  out.state = *state;
  std::string connector = read.name_id(text_of(state->at("connector"))), after;
  identity::Index index;
  for (bool more = true; more;) {
    std::vector<journal::Reader::Listed> rows = read.directory(connector, after, kReadAtOnce);
    more = !rows.empty();
    for (const journal::Reader::Listed& row : rows) {
      after = row.id;
      identity::Record record;
      json::Parsed parsed = json::parse(vault.open_sealed(row.key, "directory", row.data).value_or(""));
      if (!parsed || !decode(*parsed, record).empty()) continue;
      index.put(record.person(row.id));
    }
  }
  out.judgement = index.find(said);
  std::vector<const identity::Person*> all = index.sharing(said);
  for (const identity::Person* near : index.near(said)) all.push_back(near);
  for (const identity::Person* one : all) out.persons.push_back(*one);
  return out;
}

/// The store's file, read only, whether or not the hub runs: what was typed here goes nowhere.
Known known_customers(const Options& options, Console& console, const identity::Identifiers& said) {
  Known out;
  auto hub = Hub::find(options, console);
  auto path = hub ? hub->store_file() : std::expected<std::string, Failure>(std::unexpected(hub.error()));
  if (!path) return Known(path.error().text);
  std::string error;
  std::unique_ptr<journal::ReadOnlyStore> store = journal::ReadOnlyStore::open(*path, error);
  if (!store) return Known(*path + ": " + error);
  auto vault = crypto::Vault::open(*path + ".key", false, crypto::system_random);
  if (!vault) return Known(vault.error());
  std::set<std::int64_t> customers;
  std::vector<identity::Identifiers> all = said.beside;
  all.push_back(said);
  for (const identity::Identifiers& told : all)
    for (auto [kind, value] : {std::pair("email", &told.email), {"phone", &told.phone}, {"loyalty", &told.loyalty}})
      if (!value->empty())
        if (auto one = store->read().customer_by_digest(vault->digest(kind, *value))) customers.insert(*one);
  for (std::int64_t customer : customers) {
    if (auto one = known_customer(store->read(), *vault, customer)) out.persons.push_back(std::move(*one));
    std::vector<journal::CreditRow> theirs = store->read().credits_of(customer);
    for (std::size_t i = theirs.size(); i > 0 && theirs.size() - i < kCreditsShown; --i)
      out.credits.push_back(serve::credit_view(store->read(), theirs[i - 1], console.now_ms()));
  }
  find_waiting(out, store->read(), *vault, said, customers, console.now_ms());
  out.listed = ranked_by_list(store->read(), *vault, said);
  if (std::string problem = store->problem(); !problem.empty()) out.missing = *path + ": " + problem;
  return out;
}

json::Array masked(serve::Personal kind, const std::vector<std::string>& values) {
  json::Array out;
  for (const std::string& one : values) out.emplace_back(serve::mask(kind, one));
  return out;
}

json::Array texts(const std::vector<std::string>& list) {
  json::Array out;
  for (const std::string& one : list) out.emplace_back(one);
  return out;
}

json::Value candidate(const identity::Candidate& from, const std::vector<identity::Person>& persons) {
  json::Object out;
  std::vector<std::string> evidence;
  for (const identity::Evidence& one : from.evidence) evidence.push_back(identity::words(one));
  out.set("customer", from.id).set("score", from.score).set("contradicted", from.contradicted);
  out.set("evidence", texts(evidence));
  for (const identity::Person& one : persons) {
    if (one.id != from.id) continue;
    out.set("email", masked(serve::Personal::email, one.emails))
        .set("phone", masked(serve::Personal::phone, one.phones));
    out.set("loyalty", masked(serve::Personal::other, one.loyalties));
  }
  return json::Value(std::move(out));
}

json::Value listed(const Listed& from) {
  json::Array candidates;
  for (const identity::Candidate& one : from.judgement.ranked) candidates.push_back(candidate(one, from.persons));
  json::Object out;
  out.set("from", from.state.at("connector")).set("customers", from.state.at("customers"));
  out.set("read_at", rfc3339(from.state.at("at").as_integer().value_or(0)));
  out.set("candidates", std::move(candidates)).set("links", from.judgement.links);
  return json::Value(std::move(out));
}

json::Value explained(const identity::Identifiers& said, const std::string& region, const Known& known) {
  std::vector<const identity::Person*> pointers;
  for (const identity::Person& one : known.persons) pointers.push_back(&one);
  identity::Judgement judgement = identity::judge(said, pointers);
  json::Object read_as, out;
  read_as.set("email", said.email).set("phone", said.phone).set("loyalty", said.loyalty);
  json::Array candidates;
  for (const identity::Candidate& one : judgement.ranked) candidates.push_back(candidate(one, known.persons));
  out.set("rule", identity::kRuleVersion).set("region", region).set("read_as", std::move(read_as));
  out.set("not_used", texts(said.unusable)).set("notes", texts(said.notes));
  if (!known.listed.state.is_null()) out.set("listed", listed(known.listed));
  out.set("candidates", std::move(candidates)).set("links", judgement.links);
  out.set("reason", said.any() ? judgement.reason : "unusable_identifier");
  if (!known.credits.empty()) out.set("credits", known.credits);
  if (!known.waiting.empty()) out.set("waiting", known.waiting);
  if (known.more_wait) out.set("more_wait", true);
  out.set("store_not_read", known.missing);
  return json::Value(std::move(out));
}

Table ranking(const json::Value& candidates) {
  Table table({{"POINTS", Table::Align::right}, {"CUSTOMER"}, {"HOLDS"}, {"WHY"}});
  for (const json::Value& one : candidates.as_array()) {
    std::string holds;
    for (const char* field : {"email", "phone", "loyalty"})
      if (std::string text = joined(one.at(field)); !text.empty()) holds += (holds.empty() ? "" : " ") + text;
    table.add(
        {std::to_string(number_of(one.at("score"))), text_of(one.at("customer")), holds, joined(one.at("evidence"))});
  }
  return table;
}

/// A copy of a list ranks and never links: it is as old as it says.
void print_listed(const json::Value& list, Console& console) {
  console.out << "\n"
              << paint(console, Tone::strong, "In the list of " + text_of(list.at("from"))) << "  "
              << counted(number_of(list.at("customers")), "customer") << ", read " << moment(list.at("read_at"))
              << " (UTC)\n";
  Table table = ranking(list.at("candidates"));
  if (table.empty())
    console.out << "  nobody, not by a typing error either\n";
  else
    table.print(console.out, console.width, 2);
}

void print_credits(const json::Value& view, Console& console) {
  struct Part {
    const char *field, *column, *title, *more;
  };
  for (const auto& [field, column, title, more] :
       {Part{"credits", "customer", "Their newest credits", "all: handoff credits --customer CUSTOMER"},
        Part{"waiting", "told", "Waiting, and told so by their source", "what it waits for stands under Next"}}) {
    Table table({{"CREDIT"},
                 {"AMOUNT", Table::Align::right},
                 {"STATE"},
                 {column == std::string_view("told") ? "TOLD" : "CUSTOMER"},
                 {"RECEIPT", Table::Align::left, Table::Narrow::is_cut}});
    for (const json::Value& one : view.at(field).as_array())
      table.add({text_of(one.at("ref")), money(one.at("amount")), text_of(one.at("state")), text_of(one.at(column)),
                 receipt(one)});
    if (table.empty()) continue;
    console.out << "\n"
                << paint(console, Tone::strong, title) << "  each whole: handoff trace CREDIT; " << more << "\n";
    table.print(console.out, console.width, 2);
  }
  if (view.at("more_wait").as_bool())
    console.out << "\nOf the credits that wait only the newest " << grouped(kWaitingMax)
                << " of a state were looked through.\n";
}

void print(const json::Value& view, const std::string& lookup, Console& console) {
  console.out << paint(console, Tone::strong, "Read as") << "  rule " << number_of(view.at("rule")) << ", region "
              << text_of(view.at("region")) << "\n";
  for (const char* field : {"email", "phone", "loyalty"})
    if (std::string text = text_of(view.at("read_as").at(field)); !text.empty())
      console.out << "  " << std::string(field) << std::string(9 - std::string_view(field).size(), ' ') << text << "\n";
  for (const json::Value& one : view.at("not_used").as_array()) console.out << "  not used " << text_of(one) << "\n";
  for (const json::Value& one : view.at("notes").as_array()) console.out << "  note     " << text_of(one) << "\n";
  console.out << "\n" << paint(console, Tone::strong, "Known to the hub") << "\n";
  Table table = ranking(view.at("candidates"));
  std::string missing = text_of(view.at("store_not_read"));
  if (!missing.empty())
    console.out << "  not looked at: " << missing << "\n";
  else if (table.empty())
    console.out << "  nobody\n";
  else
    table.print(console.out, console.width, 2);
  print_credits(view, console);
  if (const json::Value& list = view.at("listed"); list.is_object()) print_listed(list, console);
  console.out << "\n"
              << paint(console, Tone::strong, "By these alone") << "  "
              << (view.at("links").as_bool()
                      ? "linked to " + text_of(view.at("candidates").as_array().front().at("customer"))
                      : "parked: " + text_of(view.at("reason")))
              << "\n";
  if (!lookup.empty())
    console.out
        << "The hub knows only who had a credit. Unless all that is given, two at least, leads to one of them, it asks "
        << lookup << ".\n";
}

}  // namespace

int identity_explain(const Options& options, Console& console) {
  std::error_code ignored;
  if (!std::filesystem::exists(options.config, ignored))
    return fail(options, console, {options.config + ": no such file or folder; name the configuration with -c FILE"});
  plugin_host::Catalogue catalogue(serve::plugin_folders(options.config));
  auto settings = serve::read_configuration(options.config, catalogue, serve::Secrets::leave);
  if (!settings) return fail(options, console, settings.error());
  if (options.email.empty() && options.phone.empty() && options.loyalty.empty())
    return fail(options, console, {"say --email, --phone or --loyalty", kUsage, "usage"});
  if (!options.store.empty() && !settings->stores.contains(options.store))
    return fail(options, console, {"the configuration has no [stores." + options.store + "]", kUsage, "usage"});
  if (auto region = config::parse_region(options.region); !options.region.empty() && !region)
    return fail(options, console,
                {"--region " + options.region + " is not a region; " + region.error(), kUsage, "usage"});
  identity::Rules rules = serve::identity_rules(*settings);
  std::string region = options.region.empty() ? rules.region_of(options.store) : options.region;
  identity::Identifiers said = identity::normalise(options.email, options.phone, options.loyalty, rules, region);
  json::Value view = explained(said, region, known_customers(options, console, said));
  std::string lookup;
  for (const config::Text& one : settings->identity_lookup) lookup += (lookup.empty() ? "" : ", ") + *one;
  if (options.json)
    console.out << pretty(view);
  else
    print(view, lookup, console);
  return kFine;
}

}  // namespace handoff::cli
