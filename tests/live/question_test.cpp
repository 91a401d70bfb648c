// What a journey does not ask of a connector: its self-check, who a customer is, and the complete list. The connector's
// own file is loaded and stepped, and its calls go to the real system.

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>

#include "tests/live/books.hpp"
#include "tests/support/http.hpp"

namespace handoff::live {

namespace {

struct System {
  std::string name, url;
  json::Value settings;
  support::Headers credentials;
};

System vendure() {
  return {"vendure",
          setting("VENDURE_URL"),
          *json::parse(R"({"base_url":"http://x","currency":"USD"})"),
          {{"vendure-api-key", setting("VENDURE_API_KEY")}}};
}
System tryton() {
  const std::string url = setting("TRYTON_URL");
  return {"tryton",
          url.substr(0, url.find('/', 8)),
          *json::parse(R"({"base_url":"http://x","database":"tryton","account":"2150","balancing_account":"4900",)"
                       R"("journal":"SC","currency":"USD"})"),
          {{"Authorization", "Basic aHViOmh1Yi1wYXNzLTE="}}};  // hub:hub-pass-1, of tryton/seed.py
}

template <class Input>
testing::RunResult ask(const System& system, const char* operation, const Input& input) {
  const std::string file = HANDOFF_PLUGINS "/libhandoff-" + system.name + ".so";
  void* library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);  // never closed: as the host does
  if (!library) throw std::runtime_error(dlerror());
  const auto* plugin = static_cast<const handoff_plugin*>(dlsym(library, "handoff_plugin_v1"));
  testing::Driver driver(*plugin, system.settings);
  support::HttpClient client(system.url);
  testing::RunResult out = driver.run(operation, input, [&](const testing::Asked& asked) {
    support::Headers headers(asked.headers.begin(), asked.headers.end());
    headers.insert(headers.end(), system.credentials.begin(), system.credentials.end());
    support::Answer answer = client.send(asked.method, asked.target, asked.body, headers);
    return testing::Answer(answer.status, answer.body);
  });
  EXPECT_EQ(out.problem, "");
  return out;
}

/// Every page to the end, which must call itself complete.
std::vector<Sighting> listed(const System& system, const std::string& since = {}) {
  std::vector<Sighting> out;
  ListInput input;
  input.since = since;
  input.until = "2999-01-01T00:00:00Z";
  for (int pages = 0; pages < 1000; ++pages) {
    testing::RunResult run = ask(system, "list/1", input);
    for (const json::Value& record : run.emitted) decode(record, out.emplace_back());
    input.cursor = run.result;
    if (run.more) continue;
    EXPECT_TRUE(run.done && run.as<ListResult>().complete) << system.name << ": " << json::write(run.result);
    EXPECT_EQ(run.as<ListResult>().count, static_cast<std::int64_t>(out.size()));
    return out;
  }
  ADD_FAILURE() << system.name << " lists without end";
  return out;
}

}  // namespace

TEST(Question, BothPassTheirSelfCheckAndNameWhomItIs) {
  EXPECT_EQ(ask(vendure(), "check/1", CheckInput()).as<CheckResult>().account, "__default_channel__");
  EXPECT_EQ(ask(tryton(), "check/1", CheckInput()).as<CheckResult>().account, "Example Stores");
}

TEST(Question, WrongCredentialsAreSaidSo) {
  for (System system : {vendure(), tryton()}) {
    system.credentials[0].second = system.name == "tryton" ? "Basic eDp5" : "wrong:key";
    EXPECT_EQ(ask(system, "check/1", CheckInput()).failure, std::uint32_t{HANDOFF_FAIL_AUTH}) << system.name;
  }
}

TEST(Question, CustomersAreFoundByEmailAndPhoneAndNobodyElseIs) {
  for (const System& system : {vendure(), tryton()}) {
    FindCustomerInput who;
    who.email = "chloe@example.com";
    who.phone = "+4930901820";
    const auto found = ask(system, "find_customer/1", who).as<FindCustomerResult>();
    ASSERT_EQ(found.candidates.size(), 1u) << system.name;
    EXPECT_EQ(found.candidates[0].name, "Chloé O'Hara-Łuk");
    EXPECT_EQ(found.candidates[0].phone, who.phone);
    who.email = "nobody@example.com";
    who.phone.clear();
    EXPECT_TRUE(ask(system, "find_customer/1", who).as<FindCustomerResult>().candidates.empty()) << system.name;
  }
}

TEST(Question, ListOfWalletsIsWhatTheShopHolds) {
  std::map<std::string, Sighting> last;  // of one instrument the later counts, and here it names the customer
  for (Sighting& seen : listed(vendure())) last[seen.instrument] = std::move(seen);
  const auto truth = wallets();
  EXPECT_EQ(last.size(), truth.size());
  for (const auto& [ref, wallet] : truth) {
    const Sighting& seen = last[wallet.id];
    EXPECT_EQ(seen.credit, ref);
    EXPECT_EQ(seen.amount, Money(wallet.balance, "USD"));
    EXPECT_FALSE(seen.customer.empty());
  }
}

TEST(Question, ListOfLinesIsWhatTheBooksHold) {
  std::multimap<std::string, Sighting> by_ref;
  for (Sighting& seen : listed(tryton())) by_ref.emplace(seen.credit, std::move(seen));
  const auto truth = moves("2150");
  EXPECT_EQ(by_ref.size(), truth.size());
  std::int64_t posted = 0;
  for (const auto& [ref, seen] : by_ref) {
    EXPECT_EQ(by_ref.count(ref), truth.count(ref));
    if (seen.state == "active") posted += seen.amount->minor();
  }
  EXPECT_EQ(posted, balance("2150"));
  EXPECT_EQ(listed(tryton(), "2020-01-01T00:00:00.5Z").size(), truth.size());
  EXPECT_TRUE(listed(tryton(), "2990-01-01T00:00:00Z").empty());
}

}  // namespace handoff::live
