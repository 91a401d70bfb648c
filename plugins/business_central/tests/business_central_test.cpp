#include <gtest/gtest.h>

#include <handoff/testing/driver.hpp>
#include <set>

#include "mapping.hpp"

namespace handoff::business_central {
namespace {

using testing::Answer;
using testing::Asked;
using testing::Driver;
using testing::RunResult;

constexpr const char* kReference = "ho1-abcdefgh234567abcdefgh234567abcd";
constexpr const char* kDocument = "ABCDEFGH234567ABCDEF";
constexpr const char* kCompany = "/v2.0/t/production/api/v2.0/companies(bb6d48b6-c7b2-4a38-9a93-ad5506407f12)";

std::string fixture(const std::string& name) { return testing::fixture(FIXTURES, name); }

/// Whether a list of a label's sheet covers `code`, as the host reads it.
bool listed(const std::string& label, const char* list, const std::string& code) {
  json::Parsed manifest = json::parse(fixture("../connector.json"));
  const json::Value& sheet = manifest->at("operations").at("record").at("calls").at(label);
  for (const json::Value& entry : sheet.at(list).as_array()) {
    std::string_view text = entry.as_string();
    if (text == code) return true;
    if (text.ends_with("/*") && code.starts_with(text.substr(0, text.size() - 1))) return true;
  }
  return false;
}

json::Value settings(const char* currency = "USD") {
  json::Object out;
  out.set("tenant", "t");
  out.set("environment", "production");
  out.set("company_id", "bb6d48b6-c7b2-4a38-9a93-ad5506407f12");
  out.set("account", "2450");
  out.set("balancing_account", "6110");
  out.set("currency", currency);
  out.set("journal_prefix", "HO");
  return json::Value(std::move(out));
}

Answer rows(const json::Array& list) {
  json::Object body;
  body.set("value", list);
  return Answer(200, json::write(json::Value(std::move(body))));
}

/// One company with the journal of one booking, as far as the connector can see it.
struct Company {
  bool journal = false;
  json::Array lines, posted;

  void add_line(const char* amount = "-20.00") {
    json::Value line = *json::parse(fixture("line.json"));
    line.object()->set("amount", json::Number(std::string(amount)));
    lines.push_back(line);
  }
  void post() {
    lines.clear();
    posted = json::parse(fixture("entries.json"))->at("value").as_array();
  }
  /// Answers, and does what was asked.
  Answer operator()(const Asked& asked) {
    const std::string path = asked.target.substr(std::string(kCompany).size());
    if (asked.method == "GET") {
      if (path.starts_with("/journals?")) {
        json::Array found;
        if (journal) found.push_back(*json::parse(fixture("journal.json")));
        return rows(found);
      }
      return rows(path.starts_with("/generalLedgerEntries") ? posted : lines);
    }
    if (path.ends_with("/Microsoft.NAV.post")) {
      if (lines.empty()) return Answer(400, R"({"error":{"code":"Application_DialogException"}})");
      post();
      return Answer(204, "");
    }
    if (path.ends_with("/journalLines")) {
      add_line();
      return Answer(201, fixture("line.json"));
    }
    journal = true;
    return Answer(201, fixture("journal.json"));
  }
};

class BusinessCentralConnector : public ::testing::Test {
 protected:
  BusinessCentralConnector() : driver(handoff_plugin_v1, settings()) {
    in.credit.ref = "sc_1";
    in.credit.business_date = "2026-11-23";
    in.amount = Money(2000, "USD");
    in.entry = "issued";
    in.reference = kReference;
  }
  RunResult record(const Driver::Script& script) { return driver.run("record/1", in, script); }
  ReadResult read(const char* by) {
    ReadInput look;
    look.by = by;
    look.reference = kReference;
    RunResult run = driver.run("read/1", look, [this](const Asked& asked) { return company(asked); });
    EXPECT_TRUE(run.done) << run.problem;
    return run.as<ReadResult>();
  }
  static std::vector<std::string> labels(const RunResult& run) {
    std::vector<std::string> out;
    for (const Asked& asked : run.asked) out.push_back(asked.label);
    return out;
  }
  Driver driver;
  RecordInput in;
  Company company;
};

TEST_F(BusinessCentralConnector, BooksOneLineInAJournalOfItsOwn) {
  RunResult run = record([&](const Asked& asked) { return company(asked); });
  ASSERT_EQ(run.problem, "");
  ASSERT_TRUE(run.done);
  EXPECT_EQ(labels(run), (std::vector<std::string>{"find-journal", "find-entries", "create-journal", "create-line",
                                                   "check-lines", "post-journal"}));
  EXPECT_EQ(run.asked[0].target, std::string(kCompany) + "/journals?$filter=code%20eq%20%27HOABCDEFGH%27");
  EXPECT_EQ(run.asked[1].target,
            std::string(kCompany) + "/generalLedgerEntries?$filter=documentNumber%20eq%20%27ABCDEFGH234567ABCDEF%27");
  EXPECT_EQ(run.asked[2].body, R"({"code":"HOABCDEFGH","displayName":"ho1-abcdefgh234567abcdefgh234567abcd"})");
  EXPECT_EQ(run.asked[3].target,
            std::string(kCompany) + "/journals(dd1b6a90-44e3-ea11-bb43-000d3a2feca1)/journalLines");
  EXPECT_EQ(run.asked[3].body,
            R"({"accountType":"G/L Account","accountNumber":"2450","postingDate":"2026-11-23",)"
            R"("documentNumber":"ABCDEFGH234567ABCDEF","externalDocumentNumber":"sc_1","amount":-20.00,)"
            R"("description":"Store credit sc_1 issued","comment":"ho1-abcdefgh234567abcdefgh234567abcd",)"
            R"("balanceAccountType":"G/L Account","balancingAccountNumber":"6110"})");
  EXPECT_EQ(run.asked[5].method, "POST");
  EXPECT_EQ(run.asked[5].target,
            std::string(kCompany) + "/journals(dd1b6a90-44e3-ea11-bb43-000d3a2feca1)/Microsoft.NAV.post");
  EXPECT_EQ(run.asked[5].body, "");
  for (int i : {2, 3, 5}) EXPECT_EQ(run.asked[static_cast<std::size_t>(i)].retry, std::uint32_t{HANDOFF_RETRY_UNSAFE});
  EXPECT_EQ(run.verdicts["create-journal"].echoes.reference, kReference);
  EXPECT_EQ(run.verdicts["create-line"].echoes.amount, Money(2000, "USD"));
  EXPECT_EQ(run.verdicts["create-line"].echoes.reference, kReference);
  EXPECT_EQ(run.verdicts["post-journal"].kind, std::uint32_t{HANDOFF_VERDICT_ACCEPTED});
  EXPECT_EQ(run.as<RecordResult>().instrument, kDocument);
}

TEST_F(BusinessCentralConnector, CancelsWithTheOppositeLine) {
  in.entry = "cancelled";
  RunResult run = record([&](const Asked& asked) {
    Answer answer = company(asked);
    if (asked.label == "create-line") {
      json::Value line = *json::parse(answer.body);
      line.object()->set("amount", json::Number(std::string("20.0")));
      company.lines[0] = line;
      answer.body = json::write(line);
    }
    return answer;
  });
  ASSERT_TRUE(run.done);
  EXPECT_NE(run.asked[3].body.find("\"amount\":20.00,"), std::string::npos);
  EXPECT_EQ(run.verdicts["create-line"].echoes.amount, Money(2000, "USD"));
}

// The host resolves a lost answer by `read` and hands the sighting in; the rest must book once.
TEST_F(BusinessCentralConnector, BooksOnceWhicheverAnswerIsLost) {
  const std::pair<const char*, const char*> calls[] = {
      {"create-journal", "code"}, {"create-line", "reference"}, {"post-journal", "reference"}};
  for (const auto& [label, by] : calls) {
    company = Company();
    RunResult run = record([&, lost = std::string(label), how = by](const Asked& asked) {
      Answer answer = company(asked);
      if (asked.label != lost) return answer;
      ReadResult seen = read(how);
      EXPECT_EQ(seen.sightings.size(), 1u) << lost;
      return seen.sightings.empty() ? answer : Answer::adopted(seen.sightings[0]);
    });
    ASSERT_TRUE(run.done) << label;
    EXPECT_EQ(company.posted.size(), 2u) << label;
    EXPECT_TRUE(company.lines.empty()) << label;
  }
}

// And if the host gives up in between, or its journal is lost, a run from the top goes on with what is there.
TEST_F(BusinessCentralConnector, GoesOnFromWhatIsThere) {
  company.journal = true;
  RunResult run = record([&](const Asked& asked) { return company(asked); });
  EXPECT_EQ(labels(run), (std::vector<std::string>{"find-journal", "find-lines", "find-entries", "create-line",
                                                   "check-lines", "post-journal"}));
  company = Company();
  company.journal = true;
  company.add_line("-20.0");
  run = record([&](const Asked& asked) { return company(asked); });
  EXPECT_EQ(labels(run),
            (std::vector<std::string>{"find-journal", "find-lines", "find-entries", "check-lines", "post-journal"}));
  run = record([&](const Asked& asked) { return company(asked); });
  EXPECT_EQ(labels(run), (std::vector<std::string>{"find-journal", "find-lines", "find-entries"}));
  EXPECT_TRUE(run.done);
}

TEST_F(BusinessCentralConnector, PostsNothingThatIsNotExactlyItsOwn) {
  auto after_line = [&](const std::function<void()>& meddle) {
    company = Company();
    RunResult run = record([&](const Asked& asked) {
      Answer answer = company(asked);
      if (asked.label == "create-line") meddle();
      return answer;
    });
    EXPECT_TRUE(run.failed);
    EXPECT_TRUE(company.posted.empty());
    EXPECT_EQ(run.verdicts.count("post-journal"), 0u);
    return run.failure;
  };
  EXPECT_EQ(after_line([&] { company.add_line(); }), std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  EXPECT_EQ(after_line([&] { company.lines[0].object()->set("amount", json::Number(std::string("-25.00"))); }),
            std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  EXPECT_EQ(after_line([&] { company.lines[0].object()->set("documentNumber", "G01"); }),
            std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  EXPECT_EQ(after_line([&] { company.lines.clear(); }), std::uint32_t{HANDOFF_FAIL_RETRYABLE});
}

TEST_F(BusinessCentralConnector, SeesThatSomeoneElsePostedItsLine) {
  RunResult run = record([&](const Asked& asked) {
    Answer answer = company(asked);
    if (asked.label == "create-line") company.post();
    return answer;
  });
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked.back().label, "check-entries");
}

/// Not shown is no refusal; and with a line that may be there, none is made.
TEST_F(BusinessCentralConnector, ReadsAgainWhereTheJournalIsNotShownYet) {
  for (std::string label : {"find-lines", "check-lines"}) {
    company = Company();
    company.journal = label == "find-lines";
    RunResult run = record([&](const Asked& asked) {
      return asked.label == label ? Answer(404, R"({"error":{"code":"Internal_RecordNotFound"}})") : company(asked);
    });
    EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_RETRYABLE}) << label;
    EXPECT_EQ(company.lines.size(), label == "find-lines" ? 0u : 1u);
  }
}

TEST_F(BusinessCentralConnector, StopsAtADocumentWithOtherAmounts) {
  company.post();
  in.amount = Money(2500, "USD");
  RunResult run = record([&](const Asked& asked) { return company(asked); });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE});
  EXPECT_EQ(run.asked.size(), 2u);
}

TEST_F(BusinessCentralConnector, LeavesAnUnpostedLineToTheHost) {
  Sighting pending;
  pending.state = "pending";
  RunResult run = record(
      [&](const Asked& asked) { return asked.label == "post-journal" ? Answer::adopted(pending) : company(asked); });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_RETRYABLE});
}

TEST_F(BusinessCentralConnector, TellsRefusalsFromDoubtInTheAnswerToAWrite) {
  struct Row {
    const char* label;
    int status;
    std::string body;
    const char* code;
    bool no_effect;
  };
  const std::string exists = R"({"error":{"code":"Internal_EntityWithSameKeyExists"}})";
  const std::string dialog = R"({"error":{"code":"Application_DialogException"}})";
  const Row table[] = {
      {"create-journal", 400, dialog, "400/Application_DialogException", true},
      {"create-journal", 400, exists, "400/Internal_EntityWithSameKeyExists", false},
      {"create-journal", 401, "", "401", true},
      {"create-journal", 403, "{}", "403", true},
      {"create-journal", 404, "{}", "404", false},
      {"create-line", 400, fixture("error_relation.json"), "400/Internal_InvalidTableRelation", true},
      {"create-line", 409, R"({"error":{"code":"Request_EntityChanged"}})", "409/Request_EntityChanged", false},
      {"create-line", 413, "", "413", true},
      {"create-line", 504, "", "504", false},
      {"post-journal", 400, dialog, "400/Application_DialogException", false},
      {"post-journal", 401, R"({"error":{"code":"Authentication_InvalidCredentials"}})",
       "401/Authentication_InvalidCredentials", true},
      {"post-journal", 403, "", "403", false},
      {"post-journal", 404, "", "404", false},
      {"post-journal", 408, "", "408", false},
      {"post-journal", 500, "<html>", "500", false},
      {"post-journal", 503, "", "503", false},
  };
  for (const Row& row : table) {
    company = Company();
    RunResult run = record(
        [&](const Asked& asked) { return asked.label == row.label ? Answer(row.status, row.body) : company(asked); });
    EXPECT_TRUE(run.failed) << row.label << row.code;
    EXPECT_EQ(run.verdicts[row.label].kind, std::uint32_t{HANDOFF_VERDICT_REJECTED}) << row.label << row.code;
    EXPECT_EQ(run.verdicts[row.label].code, row.code);
    EXPECT_EQ(listed(row.label, "no_effect_codes", row.code) && !listed(row.label, "not_no_effect_codes", row.code),
              row.no_effect)
        << row.label << " " << row.code;
  }
}

TEST_F(BusinessCentralConnector, WaitsWhenTheUsersShareIsUsedUp) {
  for (const char* label : {"create-journal", "create-line", "post-journal"}) {
    company = Company();
    Answer limited(429, "");
    limited.headers["retry-after"] = "30";
    RunResult run = record([&](const Asked& asked) { return asked.label == label ? limited : company(asked); });
    EXPECT_EQ(run.verdicts[label].kind, std::uint32_t{HANDOFF_VERDICT_REFUSED});
    EXPECT_EQ(run.verdicts[label].retry_after_ms, 30000u);
    EXPECT_TRUE(listed(label, "refused_before_execution_codes", run.verdicts[label].code));
  }
}

TEST_F(BusinessCentralConnector, CallsAnAnswerItCannotReadUnclear) {
  for (const char* label : {"create-journal", "create-line", "post-journal"}) {
    for (const char* body : {"", "<html>", "[]", R"({"id":"x","code":"OTHER"})", R"({"amount":"-20.00"})",
                             R"({"documentNumber":"OTHER","accountNumber":"2450","amount":-20.00})",
                             R"({"documentNumber":"ABCDEFGH234567ABCDEF","accountNumber":"6110","amount":-20.00})"}) {
      company = Company();
      RunResult run =
          record([&](const Asked& asked) { return asked.label == label ? Answer(200, body) : company(asked); });
      EXPECT_EQ(run.verdicts[label].kind, std::uint32_t{HANDOFF_VERDICT_UNKNOWN}) << label << body;
      EXPECT_TRUE(run.failed) << label << body;
    }
  }
}

TEST_F(BusinessCentralConnector, EchoesAWrongAmountAsItIs) {
  RunResult run = record([&](const Asked& asked) {
    Answer answer = company(asked);
    if (asked.label == "create-line") answer.body.replace(answer.body.find("-20.00"), 6, "-2.00");
    return answer;
  });
  EXPECT_EQ(run.verdicts["create-line"].echoes.amount, Money(200, "USD"));
}

TEST_F(BusinessCentralConnector, ReadsALineAsPendingAndAPostedOneAsActive) {
  EXPECT_TRUE(read("reference").sightings.empty());
  EXPECT_TRUE(read("code").sightings.empty());
  company.journal = true;
  EXPECT_TRUE(read("reference").sightings.empty());
  ASSERT_EQ(read("code").sightings.size(), 1u);
  EXPECT_EQ(read("code").sightings[0].reference, kReference);
  EXPECT_EQ(read("code").sightings[0].instrument, "dd1b6a90-44e3-ea11-bb43-000d3a2feca1");
  company.add_line();
  ASSERT_EQ(read("reference").sightings.size(), 1u);
  EXPECT_EQ(read("reference").sightings[0].state, "pending");
  EXPECT_EQ(read("reference").sightings[0].amount, Money(2000, "USD"));
  company.post();
  ReadResult seen = read("reference");
  EXPECT_TRUE(seen.complete);
  ASSERT_EQ(seen.sightings.size(), 1u);
  EXPECT_EQ(seen.sightings[0].state, "active");
  EXPECT_EQ(seen.sightings[0].amount, Money(2000, "USD"));
  EXPECT_EQ(seen.sightings[0].reference, kReference);
  EXPECT_EQ(seen.sightings[0].credit, "sc_1");
}

TEST_F(BusinessCentralConnector, ReadsALineThatIsPostedMeanwhileOnce) {
  company.journal = true;
  company.add_line();
  ReadInput look;
  look.by = "reference";
  look.reference = kReference;
  RunResult run = driver.run("read/1", look, [&](const Asked& asked) {
    Answer answer = company(asked);
    if (asked.label == "find-lines") company.post();
    return answer;
  });
  ASSERT_TRUE(run.done);
  EXPECT_EQ(run.asked.back().label, "find-lines-again");
  ASSERT_EQ(run.as<ReadResult>().sightings.size(), 1u);
  EXPECT_EQ(run.as<ReadResult>().sightings[0].state, "active");
}

TEST_F(BusinessCentralConnector, ShowsEveryBookingOfADocument) {
  company.journal = true;
  company.post();
  company.add_line();
  company.posted.push_back(company.posted[0]);
  EXPECT_EQ(read("reference").sightings.size(), 3u);  // two posted, one more waiting
}

TEST_F(BusinessCentralConnector, CallsOurDocumentOnOtherAccountsUnknownAndNotAbsent) {
  company.post();
  company.posted.erase(company.posted.begin());
  ReadResult seen = read("reference");
  ASSERT_EQ(seen.sightings.size(), 1u);
  EXPECT_EQ(seen.sightings[0].state, "unknown");
  EXPECT_FALSE(seen.sightings[0].amount);
}

TEST_F(BusinessCentralConnector, NeverTakesAListItCannotReadForAbsence) {
  for (const char* body : {"", "{}", R"({"value":[],"@odata.nextLink":"https://x"})", R"({"value":[{}]})",
                           R"({"value":[{"documentNumber":"OTHER","debitAmount":0,"creditAmount":20}]})"}) {
    ReadInput look;
    look.by = "reference";
    look.reference = kReference;
    RunResult run = driver.run("read/1", look, [&](const Asked& asked) {
      return asked.label == "find-entries" ? Answer(200, body) : company(asked);
    });
    EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNREADABLE}) << body;
  }
}

TEST_F(BusinessCentralConnector, SortsTheFailuresOfReads) {
  const std::pair<int, std::uint32_t> table[] = {{401, HANDOFF_FAIL_AUTH},         {403, HANDOFF_FAIL_AUTH},
                                                 {429, HANDOFF_FAIL_RATE_LIMITED}, {408, HANDOFF_FAIL_RETRYABLE},
                                                 {503, HANDOFF_FAIL_RETRYABLE},    {404, HANDOFF_FAIL_REJECTED}};
  for (const auto& [status, failure] : table) {
    int answered = status;
    EXPECT_EQ(record([&](const Asked&) { return Answer(answered, ""); }).failure, failure) << status;
  }
}

TEST_F(BusinessCentralConnector, RefusesWhatTheseBooksCannotHoldBeforeAnythingIsSent) {
  in.amount = Money(2000, "EUR");
  RunResult run = record([](const Asked&) { return Answer(200, ""); });
  EXPECT_TRUE(run.asked.empty());
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_UNSUPPORTED});
  in.amount = Money(2000, "USD");
  in.entry = "adjusted";
  EXPECT_EQ(record([](const Asked&) { return Answer(200, ""); }).failure, std::uint32_t{HANDOFF_FAIL_UNSUPPORTED});
}

TEST_F(BusinessCentralConnector, ChecksTheAccountsItWillBookOn) {
  RunResult run = driver.run("check/1", CheckInput(), [](const Asked& asked) {
    if (asked.label == "get-company") return Answer(200, R"({"id":"x","name":"CRONUS USA, Inc."})");
    return Answer(200, asked.label == "find-balancing" ? R"({"value":[]})" : R"({"value":[{"number":"2450"}]})");
  });
  EXPECT_EQ(run.failure, std::uint32_t{HANDOFF_FAIL_CONFIG});
  EXPECT_EQ(run.result.at("pointer").as_string(), "/balancing_account");
  run = driver.run("check/1", CheckInput(), [](const Asked& asked) {
    return Answer(200, asked.label == "get-company" ? R"({"name":"CRONUS USA, Inc."})" : R"({"value":[{}]})");
  });
  EXPECT_EQ(run.as<CheckResult>().account, "CRONUS USA, Inc.");
}

TEST_F(BusinessCentralConnector, NamesTheSettingItCannotUse) {
  Driver wrong(handoff_plugin_v1, settings("ABC"));
  EXPECT_EQ(wrong.config_problem().at("pointer").as_string(), "/currency");
}

TEST_F(BusinessCentralConnector, CanPostOnTheDayItSends) {
  json::Value today = settings();
  today.object()->set("posting_date", "today");
  Driver other(handoff_plugin_v1, today);
  in.credit.business_date = "2026-10-31";
  RunResult run = other.run("record/1", in, [&](const Asked& asked) { return company(asked); });
  EXPECT_EQ(run.asked[3].json().at("postingDate").as_string(), "2026-11-23");
}

Books books(const char* currency) {
  Books out;
  out.account = "2450";
  out.balancing_account = "6110";
  out.currency = currency;
  out.journal_prefix = "HO";
  return out;
}

TEST(BusinessCentralAmounts, AreUnquotedDecimalsOfEveryCurrency) {
  RecordInput in;
  in.reference = kReference;
  in.credit.business_date = "2026-11-23";
  in.entry = "issued";
  auto written = [&](const Money& amount) {
    in.amount = amount;
    Books ours = books(amount.currency().c_str());
    return line_body(to_posting(in, ours, ""), ours).at("amount").number()->text();
  };
  EXPECT_EQ(written(Money(25, "JPY")), "-25");
  EXPECT_EQ(written(Money(2500, "USD")), "-25.00");
  EXPECT_EQ(written(Money(1500, "KWD")), "-1.500");
  auto read = [](const char* amount, const char* currency) {
    json::Value line =
        *json::parse(R"({"documentNumber":"D","accountNumber":"2450","amount":)" + std::string(amount) + "}");
    std::optional<Sighting> seen = line_sighting(line, books(currency));
    return seen ? seen->amount : std::nullopt;
  };
  EXPECT_EQ(read("-25", "JPY"), Money(25, "JPY"));
  EXPECT_EQ(read("-25.00", "JPY"), Money(25, "JPY"));
  EXPECT_EQ(read("-25.5", "JPY"), std::nullopt);
  EXPECT_EQ(read("-25.5", "USD"), Money(2550, "USD"));
  EXPECT_EQ(read("-1.5", "KWD"), Money(1500, "KWD"));
  EXPECT_EQ(read("-2E1", "USD"), std::nullopt);
  EXPECT_EQ(read("\"-25\"", "USD"), std::nullopt);
}

TEST(BusinessCentralNames, FitTheirFieldsAndTellEffectsApart) {
  Books prefixed = books("USD");
  prefixed.document_prefix = "SC-";
  EXPECT_EQ(document_number(prefixed, kReference), "SC-ABCDEFGH234567ABC");
  EXPECT_EQ(document_number(prefixed, kReference).size(), 20u);
  EXPECT_EQ(journal_code(books("USD"), kReference), "HOABCDEFGH");
  EXPECT_EQ(journal_code(books("USD"), "ho1-234567abcd"), "HOSTUVWXAB");
  EXPECT_THROW(document_number(books("USD"), ""), Failure);
  RecordInput in;
  in.reference = kReference;
  in.credit.ref = std::string(40, 's');
  in.credit.business_date = "2026-11-23";
  in.entry = "cancelled";
  in.amount = Money(1, "USD");
  json::Value body = line_body(to_posting(in, books("USD"), ""), books("USD"));
  EXPECT_TRUE(body.at("externalDocumentNumber").is_null());
  EXPECT_LE(body.at("description").as_string().size(), 100u);
  EXPECT_NE(body.at("description").as_string().find(in.credit.ref), std::string::npos);
}

}  // namespace
}  // namespace handoff::business_central
