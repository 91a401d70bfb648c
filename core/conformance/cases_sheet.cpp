// The connector before it runs: what its file takes from others, what its sheet may promise, what its cassettes cover.

#include <algorithm>
#include <array>
#include <set>

#include "core/conformance/bench.hpp"
#include "core/model/nearest.hpp"
#include "core/model/resolvable.hpp"
#include "core/model/sheet_members.hpp"
#include "core/model/sheet_rules.hpp"

namespace handoff::conformance {

namespace {

/// A clock, chance, the environment, a network, a disk: whatever a step could depend on besides its arguments. Names
/// that a file may have from the C++ runtime alone (open, arc4random, getenv) are left to confinement and comparison.
constexpr std::array<std::string_view, 39> kForeign = {
    "time",        "gettimeofday", "clock_gettime",  "clock",       "timespec_get",    "ftime",  "localtime",
    "localtime_r", "mktime",       "strptime",       "rand",        "rand_r",          "random", "srand",
    "drand48",     "lrand48",      "setenv",         "getpid",      "gethostname",     "socket", "connect",
    "send",        "sendto",       "recv",           "getaddrinfo", "clock_nanosleep", "fopen",  "fopen64",
    "nanosleep",   "usleep",       "sleep",          "fork",        "execve",          "execvp", "popen",
    "system",      "dlopen",       "pthread_create", "signal"};

bool asks_for_chance_or_clock(std::string_view mangled) {
  return mangled.find("random_device") != std::string_view::npos ||
         mangled.find("system_clock3now") != std::string_view::npos ||
         mangled.find("steady_clock3now") != std::string_view::npos;
}

/// Codes that say "nothing happened" at no vendor, or only with the vendor's own word behind them (INVARIANTS F).
bool never_without_effect(std::string_view code, bool counts) {
  if (code == "*" || code.starts_with("1") || code.starts_with("3") || code.starts_with("5")) return true;
  std::string_view status = code.ends_with("/*") ? code.substr(0, code.size() - 2) : code;
  if (status == "404") return counts;  // on a create: a node that lags
  return status == "200" || status == "408" || status == "409" || status == "429";
}

bool may_refuse(std::string_view code) {
  return code.starts_with("429") || code.starts_with("503") || code.starts_with("420") ||
         (code.starts_with("200/") && code != "200/*");
}

class SheetJudge {
 public:
  SheetJudge(Bench& bench, const OperationSheet& operation, const CallSheet& call)
      : bench_(bench), operation_(operation), call_(call) {}

  void judge() {
    codes();
    key();
    look_up();
    reversal();
    identity();
  }

 private:
  void find(const std::string& what) { bench_.find(nullptr, operation_.name + "." + call_.label + ": " + what); }

  /// "4*" looks like a pattern, and the hub compares it as it stands.
  void patterns(const char* list, const std::vector<std::string>& codes) {
    for (const std::string& code : codes)
      if (!code_can_match(code))
        find(std::string(list) + " has \"" + code +
             "\", a code that no answer has: write \"422/late\", or \"422/*\" for all of a status");
  }

  void codes() {
    patterns("no_effect_codes", call_.no_effect);
    patterns("refused_before_execution_codes", call_.refused_before_execution);
    bool counts = call_.sign == Sign::adding || call_.sign == Sign::booking;
    for (const std::string& code : call_.no_effect)
      if (never_without_effect(code, counts))
        find("lists " + code + " as without effect; such an answer may come after the effect (P5)");
    for (const std::string& code : call_.refused_before_execution)
      if (!may_refuse(code))
        find("lists " + code + " as refused before execution; only 429, 503 and coded refusals inside a 200 can be");
  }

  void key() {
    bool keyed = call_.retry == RetryClass::idempotent;
    if (keyed && !call_.key_supported) find("is idempotent without a key: then it is unsafe");
    if (call_.key_supported && call_.key_window_s == 0) find("has a key with a window of 0 s: then it has none");
    if (call_.key_supported && call_.key_conflict != KeyConflict::error && keyed)
      find("has a key whose conflicts are not refused: another content under it would pass, so it is unsafe");
  }

  /// An answer about another credit must not pass (V08). Without any echo it counts as queued, and is read back.
  void identity() {
    bool counts = call_.sign == Sign::adding || call_.sign == Sign::booking;
    if (!counts || call_.echoes.empty()) return;
    auto echoed = [&](const char* name) { return std::ranges::find(call_.echoes, name) != call_.echoes.end(); };
    if (!echoed("amount")) find("echoes no amount: an answer about another one would pass");
    if (!echoed("reference") && !echoed("code") && !echoed("customer") && !echoed("instrument"))
      find("echoes nothing that names the credit: an answer about another of the same amount would pass");
  }

  void look_up() {
    const OperationSheet* read = bench_.manifest().operation("read");
    auto can = [&](const std::string& by) {
      return read && (read->by.empty() || std::ranges::find(read->by, by) != read->by.end());
    };
    if (std::string by(name(call_.lookup_by)); !by.empty() && !can(by))
      find("is looked up by " + by + ", which read does not offer");
    if (call_.history && !can("history")) find("is looked up in the history, which read does not offer");
    bool findable = call_.lookup_by != LookupBy::none || call_.history;
    if (call_.lookup_is_proof && !findable) find("says that not finding is proof, and cannot be looked up");
    bool counts = call_.sign == Sign::adding || call_.sign == Sign::booking;
    if (counts && !resolvable(bench_.manifest(), call_))
      find("has neither key, look-up nor reversal: a lost answer could never be resolved");
  }

  void reversal() {
    if (call_.retry != RetryClass::reverse) return;
    const OperationSheet* read = bench_.manifest().operation("read");
    if (!bench_.manifest().operation("reverse")) find("is to be reversed, and there is no operation reverse");
    if (call_.reversal_window_s == 0) find("is to be reversed within 0 s: then it never is");
    if (!read || read->by.empty()) find("is to be reversed, and no read can show that it is gone");
  }

  Bench& bench_;
  const OperationSheet& operation_;
  const CallSheet& call_;
};

void judge_operation(Bench& bench, const OperationSheet& operation) {
  auto has = [&](Sign sign) {
    return std::ranges::any_of(operation.calls, [sign](const CallSheet& call) { return call.sign == sign; });
  };
  if (operation.name == "issue" && !has(Sign::adding)) bench.find(nullptr, "issue: no call of it is adding");
  if (operation.name == "void" && !has(Sign::removing)) bench.find(nullptr, "void: no call of it is removing");
  if (operation.name == "record" && !has(Sign::booking)) bench.find(nullptr, "record: no call of it is booking");
  if (has(Sign::adding) && has(Sign::removing))
    bench.find(nullptr, operation.name + ": adds and removes; nothing is added before a removal is proven (A, call)");
  bool reads = operation.name == "read" || operation.name == "find_customer" || operation.name == "check" ||
               operation.name == "fetch" || operation.name == "pull" || operation.name == "pull_customers" ||
               operation.name == "list" || operation.name == "inbound";
  if (reads && !operation.calls.empty()) bench.find(nullptr, operation.name + ": may only read, and declares calls");
  for (const CallSheet& call : operation.calls) SheetJudge(bench, operation, call).judge();
}

bool ends_well(const Cassette& cassette) { return cassette.expect.at("end").as_string() != "fail"; }

bool has_exchange(const Cassette& cassette, const std::string& label) {
  return std::ranges::any_of(cassette.exchanges, [&](const Exchange& exchange) { return exchange.label == label; });
}

/// The read cassettes that a lost answer to the call, or its reversal, needs: one that shows the effect, one that shows none.
void cover_look_up(Bench& bench, const OperationSheet& operation, const CallSheet& call) {
  std::string by = way_to_look(bench.manifest(), operation, call);
  if (by.empty()) return;
  bool shown = false, absent = false;
  for (const Cassette* read : bench.cassettes("read")) {
    if (read->input.at("by").as_string() != by || !read->after) continue;
    shown = shown || std::ranges::find(*read->after, call.label) != read->after->end();
    absent = absent || read->after->empty();
  }
  std::string name = operation.name + "." + call.label;
  if (!shown)
    bench.find(nullptr, "no read by " + by + " shows " + name + " when it took effect; give one \"after\": [\"" +
                            call.label + "\"]");
  if (!absent)
    bench.find(nullptr, "no read by " + by +
                            " shows nothing; give one \"after\": [], with \"of\": \"CASSETTE\" if it is of one alone");
}

/// Who stops after the first page is found by a cassette with two alone: an absence would be believed that is none, or a
/// credit never heard of. What is read by code or instrument is one thing.
void cover_pages(Bench& bench, const std::string& what, const std::vector<const Cassette*>& all) {
  const bool shown = std::ranges::any_of(all, [](const Cassette* one) {
    return one->expect.at("end").as_string() == "more" || one->exchanges.size() > 1 || !one->one_page.empty();
  });
  if (!all.empty() && !shown)
    bench.find(nullptr, "no cassette of " + what +
                            " shows a second page: give one with two calls, or with the end \"more\"; if "
                            "there never is one, say why under \"one_page\"");
}

void cover_pages_of_reads(Bench& bench) {
  std::set<std::string> proving;
  for (const auto& [name, operation] : bench.manifest().operations)
    for (const CallSheet& call : operation.calls)
      if (call.lookup_is_proof) proving.insert(way_to_look(bench.manifest(), operation, call));
  for (const char* by : {"reference", "customer", "history"}) {
    std::vector<const Cassette*> all = bench.cassettes("read");
    std::erase_if(all, [&](const Cassette* one) { return one->input.at("by").as_string() != by; });
    if (proving.contains(by)) cover_pages(bench, std::string("read by ") + by, all);
  }
}

/// Words in braces that begin as something of the input, or of any input, and name nothing in it: they would be played as
/// they stand.
std::vector<std::string> unfilled(std::string_view text, const Variables& variables) {
  constexpr std::string_view kWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
  std::vector<std::string> out;
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1)) {
    std::size_t end = std::min(text.find_first_not_of(kWord, at + 1), text.size());
    std::string word(text.substr(at + 1, end - at - 1));
    std::size_t dot = word.find('.');
    if (end == text.size() || text[end] != '}' || dot == std::string::npos || variables.contains(word)) continue;
    auto begun = variables.lower_bound(word.substr(0, dot));
    const bool known = begun != variables.end() && begun->first.starts_with(word.substr(0, dot));
    const bool of_ours = word.starts_with("amount.") || word.starts_with("customer.") || word.starts_with("credit.");
    if (known ? !word.ends_with(".hundredths") : of_ours) out.push_back(std::move(word));
  }
  return out;
}

void judge_braces(Bench& bench, const Cassette& cassette) {
  const Variables variables = bench.subject(cassette).variables;
  std::vector<std::string> known;
  for (const auto& [name, value] : variables) known.push_back(name);
  for (const Exchange& exchange : cassette.exchanges)
    for (const std::string& word : unfilled(json::write(exchange.request) + json::write(exchange.reply), variables)) {
      std::string near = nearest(word, known);
      const std::string head = word.substr(0, word.find('.'));
      bench.find(&cassette, "'" + exchange.label + "': {" + word + "} names nothing in the input" +
                                (cassette.input.at(head).is_null() ? ", which has no \"" + head + "\""
                                 : near.empty()                    ? ""
                                                                   : "; did you mean {" + near + "}?"));
    }
}

/// What a void's own calls say of states counts for nothing, so it must not say something else.
void judge_void_states(Bench& bench) {
  const OperationSheet* removal = bench.manifest().operation("void");
  if (!removal) return;
  const json::Value& calls = bench.sheet().at("operations").at("void").at("calls");
  for (const auto& [label, call] : calls.as_object())
    for (const json::Value& state : call.at("applied_states").as_array())
      if (std::ranges::find(removal->void_terminal_states, state.as_string()) == removal->void_terminal_states.end())
        bench.find(nullptr, "void." + label + ": applied_states has " + std::string(state.as_string()) +
                                ", which is none of void_terminal_states; those alone count");
}

}  // namespace

void case_sheet(Bench& bench) {
  for (const std::string& complaint : untenable(bench.manifest())) bench.find(nullptr, complaint);
  judge_void_states(bench);
  for (const UnreadMember& member : unread_members(bench.sheet())) bench.find(nullptr, member.text());
  for (const auto& [name, operation] : bench.manifest().operations) judge_operation(bench, operation);
  for (const auto& [name, operation] : bench.manifest().operations)
    if (!operation.calls.empty() && operation.surface.empty() && name != "notify")  // people are no place for value
      bench.find(nullptr, name + ": names no surface, so nobody knows whether it moves value or shows it");
}

void case_symbols(Bench& bench) {
  auto names = plugin_host::dynamic_symbols(bench.plugin().file());
  if (!names) return bench.find(nullptr, names.error());
  for (const std::string& name : names->imported) {
    if (std::ranges::find(kForeign, name) == kForeign.end() && !asks_for_chance_or_clock(name)) continue;
    const plugin_host::Caller caller = plugin_host::caller_of(bench.plugin().file(), name);
    if (caller == plugin_host::Caller::connector) bench.find(nullptr, "the file calls " + name);
    if (caller == plugin_host::Caller::not_known)
      bench.untried(
          "to tell whether " + name + " is called by the connector or by the C++ runtime that is linked into " +
          "its file: it names no functions. Leave the names in, or link the runtime as a library; a run that gets there is ended");
  }
  for (const std::string& name : names->exported)
    if (name != HANDOFF_ENTRY_SYMBOL)
      bench.find(nullptr, "the file exports " + name + ", which may meet a symbol of the host's");
}

void case_cassettes(Bench& bench) {
  for (const std::string& problem : bench.folder().problems) bench.find(nullptr, problem);
  for (const Cassette& cassette : bench.folder().cassettes) {
    if (cassette.stub)
      bench.find(&cassette, "is a stub: put a published answer of the vendor in and take \"stub\" out");
    if (!bench.manifest().operation(cassette.operation))
      bench.find(&cassette, "the connector has no operation '" + cassette.operation + "'");
    else
      judge_braces(bench, cassette);
  }
  for (const auto& [name, operation] : bench.manifest().operations) {
    std::vector<const Cassette*> all = bench.cassettes(name);
    if (std::ranges::none_of(all, [](const Cassette* one) { return ends_well(*one); }))
      bench.find(nullptr, "no cassette shows " + name + " when all goes well");
    for (const CallSheet& call : operation.calls) {
      if (std::ranges::none_of(all, [&](const Cassette* one) { return has_exchange(*one, call.label); }))
        bench.find(nullptr, "no cassette of " + name + " makes the call '" + call.label + "'");
      cover_look_up(bench, operation, call);
    }
    for (const std::string& by : operation.name == "read" ? operation.by : std::vector<std::string>())
      if (std::ranges::none_of(all, [&](const Cassette* one) { return one->input.at("by").as_string() == by; }))
        bench.find(nullptr, "no cassette reads by " + by);
    if (name == "list" || name == "pull" || name == "pull_customers") cover_pages(bench, name, all);
  }
  cover_pages_of_reads(bench);
}

}  // namespace handoff::conformance
