// examples/register as its cashier sees it, against the hub; and the file that describes what goes over the line.

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

#include "tests/integration/journey.hpp"
#include "tests/integration/register_contract.hpp"

namespace handoff::integration {

class Till : public Journey {
 protected:
  Till() { config_.confirm = R"({ deadline = "10s", otherwise = "reenter_identifier" })"; }

  std::string token(const std::string& role, const std::string& store = {}) {
    int code = 0;
    std::string said = handoff("token create --role " + role + (store.empty() ? "" : " --store " + store), code);
    EXPECT_EQ(code, 0) << said;
    std::size_t at = said.find("htk_");
    return said.substr(at, said.find('\n', at) - at);
  }

  /// What the screen shows when the cashier types this.
  std::string play(const std::vector<std::string>& typed, const std::string& options = {}) {
    std::string script;
    for (const std::string& line : typed) script += line + "\n";
    support::write_file(folder() + "/typed", script);
    if (token_.empty()) support::write_file(folder() + "/till-token", token_ = token("register", "S14"));
    std::string line =
        "cd '" + folder() + "' && " + REGISTER + " --store S14 --date 2026-11-23 --token-file till-token " + options +
        (options.find("--hub") == std::string::npos ? " --hub " + hub_->registers() : "") + " <typed 2>&1";
    FILE* pipe = popen(line.c_str(), "r");
    std::string out;
    for (int c = 0; (c = fgetc(pipe)) != EOF;) out += static_cast<char>(c);
    EXPECT_EQ(pclose(pipe), 0) << out;
    return out;
  }

  std::string code_of_voucher() {
    return std::string(sandbox_.get("/ledger/voucherify").at("vouchers").as_array().at(0).at("code").as_string());
  }

  void expect_transcript(const std::string& name, std::string shown) {
    std::string path = std::string(REGISTER_TRANSCRIPTS) + "/" + name + ".txt";
    if (std::getenv("HANDOFF_UPDATE_GOLDEN") != nullptr) return support::write_file(path, shown);
    EXPECT_EQ(shown, support::read_file(path)) << "if this is meant: HANDOFF_UPDATE_GOLDEN=1, then read the difference";
  }

  std::string token_;
};

TEST_F(Till, ShowsEachOfTheFourAnswersAsTheGuideDoes) {
  start();
  expect_transcript("confirmed", play({"25.00", "ada@example.com"}, "--wire"));
  expect_transcript("accepted", play({"12.40", "ada@exmaple.com", "ada@example.com"}, "--wire --terminal R2"));
  // A register that was reset counts from the start again.
  expect_transcript("rejected", play({"40.00", "ada@example.com"}, "--wire --memory new.jsonl"));
  std::string nobody = "--hub http://127.0.0.1:" + support::free_port();
  expect_transcript("unavailable", play({"9.99", "ada@example.com", "queue"}, "--wire --terminal R3 " + nobody));
  EXPECT_TRUE(eventually([&] { return states() == std::vector<std::string>{"complete", "complete"}; }));
  EXPECT_EQ(agree(2), 0);
}

TEST_F(Till, KeepsWhatItCouldNotSendAndSendsItOnceTheHubIsBack) {
  start();
  std::string nobody = "--hub http://127.0.0.1:" + support::free_port();
  std::string shown = play({"5.00", "ada@example.com", "6.00", "", "7.00", "ada@example.com", "cancel 1003"}, nobody);
  EXPECT_NE(shown.find("NOT SENT   7.00 USD, receipt 1003"), std::string::npos) << shown;
  shown = play({"queue"});  // sent at the start
  EXPECT_NE(shown.find("ACCEPTED   5.00 USD, receipt 1001"), std::string::npos) << shown;
  EXPECT_NE(shown.find("CANCELLED  cancellation of receipt 1003"), std::string::npos) << shown;
  EXPECT_NE(shown.find("Nothing waits to be sent."), std::string::npos) << shown;
  EXPECT_TRUE(eventually([&] {
    std::vector<std::string> now = states();
    std::ranges::sort(now);
    return now == std::vector<std::string>{"closed", "complete", "unresolved"};
  }));
  shown = play({"again 1002", "ada@example.com", "news"});
  EXPECT_NE(shown.find("CONFIRMED  6.00 USD, receipt 1002"), std::string::npos) << shown;
  EXPECT_TRUE(eventually([&] { return std::ranges::count(states(), "complete") == 2; }));
  EXPECT_EQ(agree(2), 0);
}

TEST_F(Till, LetsNoCustomerWaitLongerThanTheDeadline) {
  start();
  Poco::Net::ServerSocket server(Poco::Net::SocketAddress("127.0.0.1", 0));
  std::atomic<bool> stop = false;
  // Speaks, but never ends: each byte would begin a socket's own patience anew.
  std::thread slow([&] {
    std::vector<Poco::Net::StreamSocket> open;
    while (!stop) {
      if (server.poll(Poco::Timespan(0, 20'000), Poco::Net::Socket::SELECT_READ)) {
        open.push_back(server.acceptConnection());
        open.back().sendBytes("HTTP/1.1 200 OK\r\n", 17);
      }
      for (Poco::Net::StreamSocket& socket : open) try {
          socket.sendBytes("X", 1);
        } catch (const Poco::Exception&) {  // it hung up: that is what is wanted
        }
    }
  });
  auto begin = std::chrono::steady_clock::now();
  std::string shown = play({"5.00", "ada@example.com"},
                           "--deadline 500 --hub http://127.0.0.1:" + std::to_string(server.address().port()));
  auto took = std::chrono::steady_clock::now() - begin;
  stop = true;
  slow.join();
  EXPECT_NE(shown.find("NOT SENT   5.00 USD"), std::string::npos) << shown;
  EXPECT_LT(took, std::chrono::seconds(5));  // two requests of half a second, and the machine's own time
}

TEST_F(Till, SupervisorApprovesAtTheCounterInTheirOwnName) {
  config_.extra = "[ceilings]\nper_credit = [\"20.00 USD\"]\n";
  start();
  std::string supervisor = token("supervisor");
  std::string shown = play({"25.00", "ada@example.com", ""});
  EXPECT_NE(shown.find("Call a supervisor before the customer leaves."), std::string::npos) << shown;
  shown = play({"25.00", "ada@example.com", token_});
  EXPECT_NE(shown.find("a supervisor's own is asked for"), std::string::npos) << shown;
  shown = play({"25.00", "ada@example.com", supervisor});
  EXPECT_NE(shown.find("CONFIRMED  25.00 USD, receipt 1003"), std::string::npos) << shown;
  EXPECT_EQ(shown.find(supervisor), std::string::npos) << "a token on the screen";
  int code = 0;
  EXPECT_NE(handoff("trace 1003", code).find("supervisor"), std::string::npos);
}

TEST_F(Till, SaysWhoseTokenIsWrongAndHowToComeBackToASupervisor) {
  config_.extra = "[ceilings]\nper_credit = [\"20.00 USD\"]\n[stores.S14]\notherwise = \"supervisor\"\n";
  start();
  std::string shown = play(
      {"25.00", "ada@example.com", "htk_mistyped", "10.00", "", "htk_mistyped", "ada@example.com", "11.00", "", ""});
  for (const char* said : {"With the right one: again 1001", "With the right one: again 1002",
                           "It waits for a supervisor. Once one is here: again 1003"})
    EXPECT_NE(shown.find(said), std::string::npos) << said << "\n" << shown;
  EXPECT_NE(
      shown.find("REFUSED    25.00 USD, receipt 1001\n             The hub does not take the supervisor's token ("),
      std::string::npos)
      << shown;
  EXPECT_NE(shown.find("show a supervisor's token of this hub"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("this register's token"), std::string::npos) << shown;
  shown = play({"again 1001", "", token("supervisor")});
  EXPECT_NE(shown.find("CONFIRMED  25.00 USD, receipt 1001"), std::string::npos) << shown;
}

TEST_F(Till, SendsNothingThatWasTypedHalf) {
  start();
  std::string shown = play({"cancel", "again", "status", "6.00", "ada@example.com,bob@example.com",
                            "m\xFCller@example.com", "ada@example.com"});
  EXPECT_NE(shown.find("Of which receipt? cancel 1001"), std::string::npos) << shown;
  EXPECT_NE(shown.find("That is two of email"), std::string::npos) << shown;
  EXPECT_NE(shown.find("A key of that cannot be read"), std::string::npos) << shown;
  EXPECT_NE(shown.find("CONFIRMED  6.00 USD, receipt 1001"), std::string::npos) << shown;
  for (const char* wrong : {"must not be empty", "byte ", "REFUSED", "NOT SENT"})
    EXPECT_EQ(shown.find(wrong), std::string::npos) << shown;
}

TEST_F(Till, NewsSayOfWhichRegisterAReceiptIs) {
  start();
  play({"6.00", "ada@example.com"});
  play({"7.00", "ada@example.com"}, "--terminal R2");
  std::string shown = play({"news", "news"});
  EXPECT_NE(shown.find("receipt 1001 of R2, 2026-11-23"), std::string::npos) << shown;
}

TEST_F(Till, SaysThatNothingIsPaidOutBeforeTheValueIsGoneAndWhatWasSpent) {
  start();
  play({"25.00", "ada@example.com"});
  sandbox_.post("/voucherify/redeem", R"({"code":")" + code_of_voucher() + R"(","amount_minor":2500})");
  std::string shown = play({"cancel 1001"});
  EXPECT_NE(shown.find("ACCEPTED   cancellation of receipt 1001\n             It is being taken back. Pay nothing out"),
            std::string::npos)
      << shown;
  EXPECT_NE(shown.find("Pay nothing out for what was spent; call the help desk. (25.00 USD)"), std::string::npos)
      << shown;
  EXPECT_EQ(shown.find("This credit was cancelled."), std::string::npos) << shown;
}

TEST_F(Till, AsksAgainWhereWhatWasTypedCannotBeACustomersAndKeepsTheCredit) {
  start();
  std::string shown =
      play({"25.00", "\U0001F600ada@example.com", "ada@example.com", "6.00", "\u202Eada@example.com", ""});
  EXPECT_NE(shown.find("NOT READ   25.00 USD, receipt 1001"), std::string::npos) << shown;
  EXPECT_NE(shown.find("email: holds an emoji or symbol"), std::string::npos) << shown;
  EXPECT_NE(shown.find("CONFIRMED  25.00 USD, receipt 1001"), std::string::npos) << shown;
  EXPECT_NE(shown.find("ACCEPTED   6.00 USD, receipt 1002"), std::string::npos) << shown;
  EXPECT_EQ(shown.find("Do not hand out"), std::string::npos) << shown;
  EXPECT_EQ(states().size(), 2u);
}

TEST_F(Till, CallsASupervisorForACustomerNobodyKnowsWhereTheStoreSaysSo) {
  config_.extra =
      "[stores.S14]\nlocale = \"de\"\notherwise = \"supervisor\"\n[messages.de]\nsupervisor = \"Bitte die "
      "Filialleitung rufen.\"\n";
  start();
  std::string shown = play({"25.00", "", token("supervisor"), "ada@example.com"});
  EXPECT_NE(shown.find("Bitte die Filialleitung rufen."), std::string::npos) << shown;
  EXPECT_NE(shown.find("CONFIRMED  25.00 USD, receipt 1001"), std::string::npos) << shown;
}

TEST_F(Till, StoreIsToldOfWhatWasCancelledBeforeItCame) {
  start();
  play({"25.00", "ada@example.com", "cancel 1001"}, "--hub http://127.0.0.1:" + support::free_port());
  support::write_file(folder() + "/register-R1.jsonl",
                      support::read_file(folder() + "/register-R1.jsonl") + R"({"seen":"1"})" + "\n");
  std::string shown = play({"news", "status 1001"});
  EXPECT_NE(shown.find("CANCELLED  receipt 1001"), std::string::npos) << "the news\n" << shown;
  std::size_t asked = shown.find("status 1001");
  EXPECT_NE(shown.find("CANCELLED  25.00 USD, receipt 1001", asked), std::string::npos) << shown;
}

TEST_F(Till, EveryOperationOfTheFileIsThere) {
  start();
  support::HttpClient client(hub_->registers());
  for (std::string operation : RegisterContract::of_the_file().operations()) {
    std::size_t space = operation.find(' '), id = operation.find("{id}");
    std::string path = operation.substr(space + 1);
    if (id != std::string::npos) path.replace(id - space - 1, 4, "sc_aaaaaaaaaaaaaaaaaaaaaaa");
    Answer answer =
        client.send(operation.substr(0, space), path, operation[0] == 'P' ? "{}" : "", hub_->authorization());
    EXPECT_EQ(answer.body.find("no_such_path"), std::string::npos) << operation << ": " << answer.body;
  }
}

TEST(RegisterContract, SaysWhatDiffersFromTheFile) {
  const RegisterContract& file = RegisterContract::of_the_file();
  auto judge = [&](const std::string& request, int status, const std::string& body) {
    return file.judge("POST", "/v1/register/credits", request, {status, body, ""});
  };
  std::string fine = R"({"id":"sc_1","status":"confirmed","instruction":"","duplicate":false})";
  std::string request =
      R"({"transaction":"T","business_date":"2026-11-23","store":"S","amount":"1.00","currency":"USD"})";
  EXPECT_EQ(judge(request, 201, fine), "");
  EXPECT_NE(judge(request, 418, fine), "");
  EXPECT_NE(judge(request, 201, R"({"id":"sc_1","status":"perhaps","instruction":"","duplicate":false})"), "");
  EXPECT_NE(judge(request, 201, R"({"id":"sc_1","status":"confirmed","instruction":"","duplicate":false,"new":1})"),
            "");
  EXPECT_NE(judge(R"({"transaction":"T","business_date":"2026-11-23","store":"S","amount":1.00,"currency":"USD"})", 201,
                  fine),
            "");
  EXPECT_NE(file.judge("GET", "/v1/register/secret", "", {200, "{}", ""}), "");
  EXPECT_NE(file.judge("GET", "/v1/register/events", "", {200, "data: {\"id\":7}\n\n", ""}), "");
}

}  // namespace handoff::integration
