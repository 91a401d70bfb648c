#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>

#include "errors.hpp"
#include "mapping.hpp"

namespace handoff::tryton {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

std::string fixture(const std::string& name) { return testing::fixture(FIXTURES, name); }
Answer answer(const std::string& name) { return Answer(200, fixture(name)); }

const char* const kSettings = R"({"base_url":"https://books.example.com","database":"tryton","account":"2150",)"
                              R"("balancing_account":"4900","journal":"SC","currency":"USD"})";
const char* const kReference = "ho1-5grkglztwvmqgtmcv3ideeh243p3b42c";

Books books(const std::string& currency = "USD") {
  Books out;
  out.company = 1;
  out.account = "2150";
  out.balancing_account = "4900";
  out.journal = "SC";
  out.currency = currency;
  return out;
}

class TrytonConnector : public ::testing::Test {
 protected:
  TrytonConnector() : driver(handoff_plugin_v1, *json::parse(kSettings)) {
    in.credit.ref = "sc_1";
    in.credit.business_date = "2026-11-23";
    in.amount = Money(2500, "USD");
    in.entry = "issued";
    in.reference = kReference;
    in.customer.emplace();
    in.customer->id = "2";
    // As the books answer a booking that goes well.
    said = {{"find-moves", answer("nothing.json")},    {"find-accounts", answer("accounts.json")},
            {"find-journal", answer("journals.json")}, {"find-period", answer("periods.json")},
            {"create-move", answer("created.json")},   {"check-moves", answer("lines_draft.json")},
            {"post-move", answer("posted.json")}};
  }
  RunResult record(Driver& with) {
    return with.run("record/1", in, [&](const Asked& asked) { return said.at(asked.label); });
  }
  RunResult record() { return record(driver); }
  static const Asked* asked_as(const RunResult& run, const std::string& label) {
    for (const Asked& asked : run.asked)
      if (asked.label == label) return &asked;
    return nullptr;
  }
  static json::Value params_of(const RunResult& run, const std::string& label) {
    return asked_as(run, label)->json().at("params");
  }
  Driver driver;
  RecordInput in;
  std::map<std::string, Answer> said;
};

TEST_F(TrytonConnector, MakesOneBalancedDraftAndPostsIt) {
  RunResult run = record();
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.as<RecordResult>().instrument, "2");
  const json::Value move = params_of(run, "create-move").at(0).at(0);
  EXPECT_EQ(move.at("description").as_string(), kReference);
  const json::Value& lines = move.at("lines").at(0).at(1);
  EXPECT_EQ(lines.at(0).at("credit").at("decimal").as_string(), "25.00");
  EXPECT_EQ(lines.at(0).at("party").as_integer(), 2);
  EXPECT_EQ(lines.at(1).at("debit").at("decimal").as_string(), "25.00");
  EXPECT_TRUE(lines.at(1).at("party").is_null());  // that account wants none
  EXPECT_EQ(params_of(run, "post-move").at(0).at(0).as_integer(), 2);
  EXPECT_EQ(run.verdicts["create-move"].kind, std::uint32_t{HANDOFF_VERDICT_ACCEPTED});  // ids say nothing
  EXPECT_EQ(run.verdicts["post-move"].kind, std::uint32_t{HANDOFF_VERDICT_ACCEPTED});
}

TEST_F(TrytonConnector, TurnsTheSidesOfACancellation) {
  in.entry = "cancelled";
  RunResult run = record();
  const json::Value lines = params_of(run, "create-move").at(0).at(0).at("lines").at(0).at(1);
  EXPECT_EQ(lines.at(0).at("debit").at("decimal").as_string(), "25.00");
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});  // the draft that is shown is the issue
  EXPECT_FALSE(asked_as(run, "post-move"));
}

TEST_F(TrytonConnector, PostsADraftThatWasLeftBehindAndMakesNone) {
  said["find-moves"] = answer("lines_draft.json");
  RunResult run = record();
  ASSERT_TRUE(run.done);
  EXPECT_FALSE(asked_as(run, "create-move"));
  EXPECT_TRUE(asked_as(run, "post-move"));
}

TEST_F(TrytonConnector, WritesNothingThatIsInTheBooksAlready) {
  said["find-moves"] = answer("lines_posted.json");
  RunResult run = record();
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked.size(), 1u);
}

TEST_F(TrytonConnector, PostsNothingWhereTwoDraftsCarryTheReference) {
  json::Value twice = *json::parse(fixture("lines_draft.json"));
  json::Array rows = twice.at("result").as_array();
  const json::Array first = rows;
  for (json::Value row : first) {
    row.object()->set("move", 7);
    rows.push_back(std::move(row));
  }
  twice.object()->set("result", std::move(rows));
  said["check-moves"] = Answer(200, json::write(twice));
  RunResult run = record();
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  EXPECT_FALSE(asked_as(run, "post-move"));
}

TEST_F(TrytonConnector, PostsNothingThatHoldsAnotherAmount) {
  in.amount = Money(2501, "USD");
  EXPECT_FALSE(asked_as(record(), "post-move"));
}

TEST_F(TrytonConnector, TriesAgainWhereTheDraftCannotBeSeenYet) {
  said["check-moves"] = answer("nothing.json");
  EXPECT_EQ(record().failure, std::uint32_t{HANDOFF_FAIL_RETRYABLE});
}

TEST_F(TrytonConnector, GoesOnWithTheDraftTheHostFound) {
  Sighting found;
  found.instrument = "2";
  said["create-move"] = said["post-move"] = Answer::adopted(found);
  RunResult run = record();
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.as<RecordResult>().instrument, "2");
}

TEST_F(TrytonConnector, BooksNothingWithoutAPartyWhereTheAccountWantsOne) {
  in.customer->id.clear();
  RunResult run = record();
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_REJECTED});
  EXPECT_FALSE(asked_as(run, "create-move"));
  std::string settings = kSettings;
  settings.insert(settings.size() - 1, R"(,"party":77)");
  Driver collective(handoff_plugin_v1, *json::parse(settings));
  run = record(collective);
  EXPECT_EQ(params_of(run, "create-move").at(0).at(0).at("lines").at(0).at(1).at(0).at("party").as_integer(), 77);
}

TEST_F(TrytonConnector, SendsNoIdThatIsNoNumber) {
  in.customer->id = "vendors-id";
  RunResult run = record();
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  EXPECT_FALSE(asked_as(run, "create-move"));
}

TEST_F(TrytonConnector, NamesWhatTheBooksDoNotHave) {
  said["find-period"] = answer("nothing.json");
  EXPECT_EQ(record().failure, std::uint32_t{HANDOFF_FAIL_REJECTED});
  const std::map<std::string, std::string> missing = {{"find-accounts", "/account"}, {"find-journal", "/journal"}};
  for (const auto& [label, pointer] : missing) {
    said[label] = answer("nothing.json");
    RunResult run = record();
    EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_CONFIG}) << label;
    EXPECT_EQ(run.result.at("pointer").as_string(), pointer);
    said[label] = answer(label == "find-accounts" ? "accounts.json" : "journals.json");
  }
}

TEST_F(TrytonConnector, PassesEachRefusalToTheSheetUnderItsCode) {
  const std::vector<std::pair<Answer, std::string>> codes = {{answer("error_party.json"), "200/UserError"},
                                                             {answer("error_warning.json"), "200/UserWarning"},
                                                             {answer("error_uncoded.json"), "200/uncoded"},
                                                             {answer("error_login.json"), "200/LoginException"},
                                                             {Answer(401, ""), "401"},
                                                             {Answer(403, "<!doctype html>"), "403"},
                                                             {Answer(500, ""), "500"}};
  for (const auto& [refusal, code] : codes) {
    said["create-move"] = refusal;
    RunResult run = record();
    EXPECT_EQ(run.verdicts["create-move"].kind, std::uint32_t{HANDOFF_VERDICT_REJECTED}) << code;
    EXPECT_EQ(run.verdicts["create-move"].code, code);
  }
  said["create-move"] = answer("created.json");
  said["post-move"] = answer("error_posted.json");
  EXPECT_EQ(record().verdicts["post-move"].code, "200/UserError");  // which the sheet of posting does not list
}

TEST_F(TrytonConnector, MayAskAgainWhatWasUndone) {
  for (const Answer& busy : {answer("error_concurrency.json"), Answer(429, ""),
                             Answer(200, R"({"id":1,"error":["RateLimitException",""]})")}) {
    said["create-move"] = busy;
    EXPECT_EQ(record().verdicts["create-move"].kind, std::uint32_t{HANDOFF_VERDICT_REFUSED}) << busy.body;
  }
}

TEST_F(TrytonConnector, CallsWhatIsNoAnswerUnclear) {
  for (const Answer& odd :
       {Answer(200, ""), Answer(200, "<html>"), Answer(200, R"({"id":1})"), Answer(200, R"({"id":2,"result":[2]})"),
        Answer(200, R"({"id":1,"result":[]})"), Answer(200, R"({"id":1,"result":[2,3]})")}) {
    said["create-move"] = odd;
    EXPECT_EQ(record().verdicts["create-move"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN}) << odd.body;
  }
  said["create-move"] = answer("created.json");
  said["post-move"] = Answer(200, R"({"id":1,"result":[2]})");
  EXPECT_EQ(record().verdicts["post-move"].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN});
}

TEST_F(TrytonConnector, FailsAReadByWhatItsAnswerMeans) {
  ReadInput read;
  read.by = "reference";
  read.reference = kReference;
  const std::vector<std::pair<Answer, std::uint32_t>> meanings = {
      {Answer(401, ""), HANDOFF_FAIL_AUTH},
      {Answer(403, "<!doctype html>"), HANDOFF_FAIL_AUTH},
      {answer("error_login.json"), HANDOFF_FAIL_AUTH},
      {Answer(429, ""), HANDOFF_FAIL_RATE_LIMITED},
      {Answer(500, ""), HANDOFF_FAIL_RETRYABLE},
      {answer("error_concurrency.json"), HANDOFF_FAIL_RETRYABLE},
      {answer("error_uncoded.json"), HANDOFF_FAIL_RETRYABLE},
      {answer("error_party.json"), HANDOFF_FAIL_REJECTED},
      {Answer(200, "{}"), HANDOFF_FAIL_UNREADABLE},
      {answer("posted.json"), HANDOFF_FAIL_UNREADABLE}};
  for (const auto& [said_so, failure] : meanings)
    EXPECT_EQ(driver.run("read/1", read, [&](const Asked&) { return said_so; }).failure, failure) << said_so.body;
}

TEST_F(TrytonConnector, ReadsNoMoveOfAnotherDescription) {
  ReadInput read;
  read.by = "reference";
  read.reference = "ho1-other";
  RunResult run = driver.run("read/1", read, [&](const Asked&) { return answer("lines_posted.json"); });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
}

TEST_F(TrytonConnector, TellsThatTheUserMayNotPost) {
  const char* reader =
      R"({"id":1,"result":{"account.move":{"read":true,"write":false,"create":false,"delete":false}}})";
  RunResult run = driver.run("check/1", CheckInput(), [&](const Asked& asked) {
    return asked.label == "get-access" ? Answer(200, reader) : said.at(asked.label);
  });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_AUTH});
}

TEST_F(TrytonConnector, ReadsWhatElseThePartyHasWhomAnAddressNames) {
  FindCustomerInput who;
  who.email = "ada@example.com";
  RunResult run = driver.run("find_customer/1", who, [&](const Asked& asked) {
    return answer(asked.label == "get-contacts" ? "contacts.json" : "email.json");
  });
  ASSERT_TRUE(run.done);
  std::vector<CustomerInfo> found = run.as<FindCustomerResult>().candidates;
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].email, "ada@example.com");
  EXPECT_EQ(found[0].phone, "+12025550101");
  EXPECT_EQ(found[1].id, found[0].id);
  EXPECT_EQ(found[1].email, "lovelace@example.com");
}

TEST_F(TrytonConnector, FindsNobodyWhoIsNotActive) {
  std::string gone = fixture("email.json");
  gone.replace(gone.find("\"active\": 1"), 11, "\"active\": 0");
  FindCustomerInput who;
  who.email = "ada@example.com";
  RunResult run = driver.run("find_customer/1", who, [&](const Asked&) { return Answer(200, gone); });
  ASSERT_TRUE(run.done);
  EXPECT_TRUE(run.as<FindCustomerResult>().candidates.empty());
}

TEST_F(TrytonConnector, NamesTheSettingItCannotUse) {
  for (const auto& [from, to, pointer] :
       {std::tuple("USD", "ABC", "/currency"), std::tuple("4900", "2150", "/balancing_account")}) {
    std::string settings = kSettings;
    settings.replace(settings.find(from), std::string_view(from).size(), to);
    Driver wrong(handoff_plugin_v1, *json::parse(settings));
    EXPECT_EQ(wrong.config_problem().at("pointer").as_string(), pointer);
  }
}

TEST(TrytonMoves, ThatAreNotOneBalancedPairAreUnknown) {
  const json::Array pair = json::parse(fixture("lines_posted.json"))->at("result").as_array();
  EXPECT_EQ(to_sightings(pair, books())->at(0).state, "active");
  EXPECT_EQ(to_sightings({pair[0]}, books())->at(0).state, "unknown");
  EXPECT_EQ(to_sightings({pair[1]}, books())->at(0).state, "unknown");
  EXPECT_EQ(to_sightings({pair[0], pair[0], pair[1]}, books())->at(0).state, "unknown");
  json::Value other = pair[1];
  other.object()->set("debit", decimal(Money(2000, "USD")));
  EXPECT_EQ(to_sightings({pair[0], other}, books())->at(0).state, "unknown");
  other.object()->set("debit", 25);
  EXPECT_FALSE(to_sightings({pair[0], other}, books()));
}

TEST(TrytonMoney, IsAnExactDecimalInEveryCurrency) {
  auto read = [](const char* text, const char* currency) {
    json::Object out;
    out.set("__class__", "Decimal").set("decimal", text);
    return to_money(json::Value(std::move(out)), currency);
  };
  EXPECT_EQ(read("25", "JPY"), Money(25, "JPY"));
  EXPECT_EQ(read("25.000", "KWD"), Money(25000, "KWD"));
  EXPECT_EQ(read("-0.05", "USD"), Money(-5, "USD"));
  EXPECT_EQ(read("0E-8", "USD"), Money(0, "USD"));
  EXPECT_FALSE(read("25.001", "USD"));
  EXPECT_FALSE(read("2.5E+1", "USD"));
  EXPECT_FALSE(to_money(*json::parse("25.0"), "USD"));
  EXPECT_EQ(decimal(Money(25000, "KWD")).at("decimal").as_string(), "25.000");
  EXPECT_EQ(decimal(Money(25, "JPY")).at("decimal").as_string(), "25");
}

TEST(TrytonDates, AreThoseOfTheCalendarOnly) {
  EXPECT_EQ(date("2026-02-28")->at("month").as_integer(), 2);
  EXPECT_FALSE(date("2026-02-30"));
  EXPECT_FALSE(date("23.11.2026"));
  EXPECT_EQ(to_iso(*date("2026-11-03")), "2026-11-03");
  EXPECT_EQ(to_iso(json::Value("2026-11-03")), "");
}

}  // namespace
}  // namespace handoff::tryton
