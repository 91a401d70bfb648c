#include "tests/conformance/exchanges.hpp"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <handoff/testing/driver.hpp>
#include <sstream>
#include <stdexcept>

#include "core/plugin_host/plugin.hpp"

namespace handoff::conformance {

namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

constexpr std::int64_t kNow = 1'795'442'400'000;  // 2026-11-23T10:00:00Z
constexpr int kPullRunsMax = 5;

std::string fixture(const std::string& name) {
  std::ifstream file(std::string(FIXTURES) + "/" + name + ".json");
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error("no fixture " + name);
  return text.str();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

std::string told(const RunResult& run) {
  std::ostringstream out;
  for (const Asked& asked : run.asked) {
    out << "call " << asked.label << " class " << asked.retry << " " << asked.method << " " << asked.target << " "
        << asked.body << asked.secret << " " << asked.message << " " << asked.expected << "\n";
    for (const auto& [name, value] : asked.headers) out << "  " << name << ": " << value << "\n";
  }
  for (const auto& [label, verdict] : run.verdicts)
    out << "verdict " << label << " " << verdict.kind << " " << verdict.code << " " << verdict.message << " "
        << json::write(encode(verdict.echoes)) << " " << verdict.retry_after_ms << "\n";
  for (const json::Value& record : run.emitted) out << "record " << json::write(record) << "\n";
  out << (run.done     ? "done "
          : run.more   ? "more "
          : run.failed ? "failed "
                       : "no end ")
      << run.failure << " " << json::write(run.result) << " " << run.problem << "\n";
  return out.str();
}

/// One exchange: what is asked of the connector, and where the vendor leaves the path of the fixtures.
struct Play {
  Play() = default;
  std::string currency = "USD";
  std::int64_t now_ms = kNow;
  json::Value page_size = 50;
  bool always_more = false;  // the vendor has one more page of cards, always
  std::string odd_label;     // the call that is answered with `odd`
  Answer odd;
  std::vector<std::pair<std::string, std::string>> instead;  // text in the fixtures

  Answer answer(const Asked& asked) const {
    if (asked.label == odd_label) return odd;
    if (asked.kind == HANDOFF_CALL_MAC_CHECK) return Answer::checked(true);
    std::string name = asked.label;
    if (name == "list-events") name += asked.target.find("after=") == std::string::npos ? "-1" : "-2";
    if (always_more && name.starts_with("list-cards-")) name = "list-cards-1";
    if (name == "void-old") name = "void-card";
    if (name == "block-card") return Answer(200, replaced(fixture("get-card"), "live", "blocked"));
    if (name == "create-card-again") name = "create-card";
    if (name == "notify") return Answer(202, "");
    std::string body = fixture(name);
    for (const auto& [from, to] : instead) body = replaced(body, from, to);
    return Answer(name == "create-card" ? 201 : 200, body);
  }

  template <class Input>
  RunResult run(const handoff_plugin& plugin, std::string_view operation, const Input& input,
                std::string_view payload = {}) const {
    json::Object settings;
    settings.set("currency", currency).set("page_size", page_size);
    Driver driver(plugin, json::Value(std::move(settings)));
    if (!driver.config_problem().is_null()) {
      RunResult refused;
      refused.failed = true;
      refused.failure = HANDOFF_FAIL_CONFIG;
      refused.result = driver.config_problem();
      return refused;
    }
    driver.now_ms(now_ms);
    for (const char* label :
         {"create-card", "create-card-again", "activate-card", "set-owner", "void-card", "void-old", "block-card"})
      driver.call_id(label, std::string("ho1-") + label, label);
    return driver.run(operation, input, [this](const Asked& asked) { return answer(asked); }, payload);
  }
};

IssueInput issue_input(std::int64_t minor, const std::string& currency) {
  IssueInput in;
  in.credit.ref = "sc_1";
  in.credit.store = "s1";
  in.credit.terminal = "t1";
  in.credit.transaction = "r-1";
  in.amount = Money(minor, currency);
  in.reference = "ho1-ref";
  in.code = "GC-SECRET-1";
  return in;
}

LinkInput link_input() {
  LinkInput in;
  in.instrument = "ag_71";
  in.customer.hub = "cu_7";
  in.customer.email = "jo@example.com";
  return in;
}

VoidInput void_input() {
  VoidInput in;
  in.instrument = "ag_71";
  in.amount = Money(2510, "USD");
  in.reason = "returned";
  return in;
}

Answer found() {
  Sighting card;
  card.instrument = "ag_71";
  card.amount = Money(435, "USD");
  card.customer = "cu_7";
  return Answer::adopted(card);
}

Answer with_header(Answer answer, const std::string& name, const std::string& value) {
  answer.headers[name] = value;
  return answer;
}

/// The heap before and after many runs: what is left behind.
std::string often(const handoff_plugin& plugin) {
  constexpr int kRuns = 200;
  const IssueInput input = issue_input(2510, "USD");
  for (int i = 0; i < 10; ++i) Play().run(plugin, "issue/1", input);
  const std::size_t before = mallinfo2().uordblks;
  for (int i = 0; i < kRuns; ++i) Play().run(plugin, "issue/1", input);
  const bool grown = mallinfo2().uordblks > before + 64 * 1024;
  return told(Play().run(plugin, "issue/1", input)) + (grown ? "and keeps memory\n" : "");
}

/// Another account is opened in the same process before this one issues.
std::string in_two_accounts(const handoff_plugin& plugin) {
  json::Object settings;
  settings.set("currency", "USD");
  Driver driver(plugin, json::Value(settings));
  settings.set("currency", "EUR");
  const Driver other(plugin, json::Value(settings));
  return told(driver.run("issue/1", issue_input(2510, "USD"), [](const Asked& asked) { return Play().answer(asked); }));
}

using Exchange = std::function<std::string(const handoff_plugin&)>;
using Exchanges = std::vector<std::pair<std::string, Exchange>>;

void add_issues(Exchanges& out) {
  auto issue = [&out](const std::string& name, const Play& play, std::int64_t minor = 2510,
                      const std::string& currency = "USD") {
    out.emplace_back(name, [=](const handoff_plugin& plugin) {
      return told(play.run(plugin, "issue/1", issue_input(minor, currency)));
    });
  };
  auto odd = [&issue](const std::string& name, const std::string& label, const Answer& answer) {
    Play play;
    play.odd_label = label;
    play.odd = answer;
    issue(name, play);
  };
  auto in_currency = [&issue](const std::string& name, std::int64_t minor, const std::string& currency,
                              const std::string& value, const std::string& nothing) {
    Play play;
    play.currency = currency;
    play.instead = {{"25.10", value}, {"0.00", nothing}, {"USD", currency}};
    issue(name, play, minor, currency);
  };
  issue("issue", Play());
  Play later;
  later.now_ms += 3'600'000;
  issue("issue_later", later);
  in_currency("issue_yen", 2510, "JPY", "2510", "0");
  in_currency("issue_dinar", 25100, "KWD", "25.100", "0.000");
  in_currency("issue_large", 500'000'000'010, "USD", "5000000000.10", "0.00");
  issue("issue_other_currency", Play(), 2510, "EUR");
  odd("issue_other_amount", "activate-card", Answer(200, replaced(fixture("activate-card"), "25.10", "20.00")));
  odd("issue_refused", "activate-card", Answer(422, fixture("refused")));
  odd("issue_limited", "activate-card", with_header(Answer(429, "{}"), "retry-after", "7"));
  odd("issue_accepted", "activate-card", Answer(202, fixture("activate-card")));
  odd("issue_blocked", "activate-card", Answer(200, replaced(fixture("activate-card"), "live", "blocked")));
  odd("issue_conflict", "activate-card", Answer(409, "{}"));
  odd("issue_error", "activate-card", Answer(500, "oops"));
  odd("issue_error_and_card", "activate-card", Answer(500, fixture("activate-card")));
  out.emplace_back("issue_often", often);
  out.emplace_back("issue_two_accounts", in_two_accounts);
  odd("issue_adopted", "create-card", found());
  odd("issue_adopted_activation", "activate-card", found());
  odd("issue_unreadable", "activate-card", Answer(200, "<html>"));
  odd("issue_empty", "activate-card", Answer(200, ""));
  odd("issue_huge", "activate-card", Answer(200, fixture("activate-card") + std::string(200'000, '\n')));
  odd("issue_deep", "activate-card", Answer(200, std::string(5'000, '[') + std::string(5'000, ']')));
  odd("issue_declared", "activate-card",
      with_header(Answer(200, fixture("activate-card")), "content-length", "4294967296"));
}

void add_others(Exchanges& out) {
  auto plain = [&out](const std::string& name, std::string operation, auto input, const Play& play) {
    out.emplace_back(name, [=](const handoff_plugin& plugin) { return told(play.run(plugin, operation, input)); });
  };
  auto odd = [](const std::string& label, const Answer& answer) {
    Play play;
    play.odd_label = label;
    play.odd = answer;
    return play;
  };
  ReadInput list;
  list.by = "reference";
  list.reference = "ho1-ref";
  ReadInput card;
  card.by = "instrument";
  card.instrument = "ag_71";
  FetchInput event;
  event.object = "ev_1";
  plain("check", "check/1", CheckInput(), Play());
  plain("link", "link/1", link_input(), Play());
  plain("link_refused", "link/1", link_input(), odd("set-owner", Answer(422, fixture("refused"))));
  plain("link_adopted", "link/1", link_input(), odd("set-owner", found()));
  plain("read", "read/1", list, Play());
  plain("read_unreadable", "read/1", list, odd("list-cards-1", Answer(200, "{}")));
  plain("read_unreadable_row", "read/1", list,
        odd("list-cards-1", Answer(200, replaced(fixture("list-cards-1"), "25.10", "much"))));
  Play endless;
  endless.always_more = true;
  plain("read_endless", "read/1", list, endless);
  plain("read_spent", "read/1", card, Play());
  plain("read_unknown_state", "read/1", card,
        odd("get-card", Answer(200, replaced(fixture("get-card"), "live", "frozen"))));
  plain("read_missing", "read/1", card, odd("get-card", Answer(404, R"({"code":"not_found"})")));
  plain("read_refused", "read/1", card, odd("get-card", Answer(422, fixture("refused"))));
  plain("read_missing_gateway", "read/1", card, odd("get-card", Answer(404, "<html>")));
  ReadInput believed = card;
  believed.amount = Money(9900, "USD");
  plain("read_other_amount", "read/1", believed, Play());
  plain("read_void", "read/1", card, odd("get-card", Answer(200, replaced(fixture("get-card"), "live", "void"))));
  plain("read_other_currency", "read/1", card,
        odd("get-card", Answer(200, replaced(fixture("get-card"), "USD", "EUR"))));
  plain("read_error_inside", "read/1", list,
        odd("list-cards-1", Answer(200, R"({"cards":[],"next":"","code":"busy"})")));
  PullInput first;
  first.since = "2026-11-23T08:00:00Z";
  plain("pull_failed", "pull/1", first, odd("list-events", Answer(500, "")));
  plain("pull_unreadable", "pull/1", first,
        odd("list-events", Answer(200, R"({"events":[{"id":"ev_9","amount":"much","currency":"USD"}],"next":""})")));
  plain("freeze", "freeze/1", void_input(), Play());
  plain("void", "void/1", void_input(), Play());
  plain("void_adopted", "void/1", void_input(), odd("void-card", found()));
  plain("fetch", "fetch/1", event, Play());
  FetchInput elsewhere;
  elsewhere.object = "ev/1";
  plain("fetch_odd", "fetch/1", elsewhere, Play());
  Play nonsense;
  nonsense.page_size = "many";
  plain("settings", "fetch/1", event, nonsense);
  out.emplace_back("pull", [](const handoff_plugin& plugin) {
    PullInput in;
    in.since = "2026-11-23T08:00:00Z";
    std::string all;
    for (int run = 0; run < kPullRunsMax; ++run) {
      RunResult page = Play().run(plugin, "pull/1", in);
      all += told(page);
      if (!page.more) return all;
      in.cursor = page.result;
    }
    return all + "it did not end\n";
  });
}

void add_webhooks(Exchanges& out) {
  auto hook = [&out](const std::string& name, std::int64_t age_s, bool genuine, const std::string& body) {
    out.emplace_back(name, [=](const handoff_plugin& plugin) {
      Play play;
      play.odd_label = "check-signature";
      play.odd = Answer::checked(genuine);
      InboundInput in;
      in.headers.emplace_back("acme-signature", "t=" + std::to_string(kNow / 1000 - age_s) + ",v1=c0ffee");
      return told(play.run(plugin, "inbound/1", in, body));
    });
  };
  hook("inbound", 0, true, fixture("webhook"));
  hook("inbound_edge", 300, true, fixture("webhook"));
  hook("inbound_old", 301, true, fixture("webhook"));
  hook("inbound_forged", 0, false, fixture("webhook"));
  hook("inbound_garbage", 0, false, "<html>");
}

const Exchanges& exchanges() {
  static const Exchanges all = [] {
    Exchanges out;
    add_issues(out);
    add_others(out);
    add_webhooks(out);
    return out;
  }();
  return all;
}

std::string sheet_of(const std::filesystem::path& connector) {
  std::string text = plugin_host::read_note(connector).value_or("none");
  std::string file = connector.stem().string();
  return replaced(text, file.substr(std::string("libhandoff-").size()), "ID");
}

std::string play(const plugin_host::Plugin& plugin, const std::string& name) {
  if (name == "sheet") return sheet_of(plugin.file());
  for (const auto& [known, exchange] : exchanges())
    if (known == name) return exchange(plugin.header());
  return "no exchange " + name;
}

void limit(int what, rlim_t value) {
  const rlimit both = {value, value};
  setrlimit(what, &both);
}

}  // namespace

std::vector<std::string> exchange_names() {
  std::vector<std::string> out = {"sheet"};
  for (const auto& [name, exchange] : exchanges()) out.push_back(name);
  return out;
}

std::string exchange(const std::filesystem::path& connector, const std::string& name) {
  auto plugin = plugin_host::Plugin::load(connector);  // before the fork, so once for all exchanges
  if (!plugin) return "refused: " + plugin.error();
  int ends[2] = {-1, -1};
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    dup2(ends[1], STDERR_FILENO);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, 2);
    limit(RLIMIT_AS, rlim_t{1} << 30);
    std::string text = play(**plugin, name);
    for (std::size_t at = 0; at < text.size();) {
      ssize_t sent = write(STDOUT_FILENO, text.data() + at, text.size() - at);
      if (sent <= 0) _exit(9);
      at += static_cast<std::size_t>(sent);
    }
    _exit(0);
  }
  close(ends[1]);
  std::string out;
  char part[4096];
  for (ssize_t got = 0; (got = read(ends[0], part, sizeof part)) > 0;) out.append(part, static_cast<std::size_t>(got));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (status != 0) out += "\nended by " + std::to_string(status) + "\n";
  return out;
}

}  // namespace handoff::conformance
