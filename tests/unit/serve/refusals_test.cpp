#include "core/serve/refusals.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace handoff::serve {
namespace {

class Refused : public ::testing::Test {
 protected:
  void refuse(const std::string& listener, int status, const std::string& code) {
    refusals.note(listener, "10.0.0.7", net::error_response(status, code, "the message"), now);
  }
  std::string view() { return json::write(json::Value(refusals.view(now))); }

  std::int64_t now = 1'790'000'000'000;
  std::vector<std::string> lines;
  Refusals refusals{[this](const std::string& line) { lines.push_back(line); }};
};

TEST_F(Refused, IsCountedByListenerAndReasonWithTheLastSender) {
  refuse("register", 401, "unauthorized");
  now += 5'000;
  refuse("register", 401, "unauthorized");
  refuse("inbound", 401, "forbidden");
  now += 1'000;
  EXPECT_EQ(
      view(),
      R"([{"listener":"inbound","status":401,"code":"forbidden","times":1,"last_at":"2026-09-21T14:13:25.000Z","last_ms":1000,)"
      R"("from":"10.0.0.7"},{"listener":"register","status":401,"code":"unauthorized","times":2,)"
      R"("last_at":"2026-09-21T14:13:25.000Z","last_ms":1000,"from":"10.0.0.7"}])");
}

TEST_F(Refused, SaysWhichConnectorAndWhyAndWhatIsWrongWithACredit) {
  refusals.note("inbound", "10.0.0.7", net::error_response(401, "refused", "cards: the signature is not genuine"), now);
  refusals.note("inbound", "10.0.0.7",
                net::error_response(404, "refused", "no connector takes webhooks under this name"), now);
  net::ServerResponse credit;
  credit.status = 422;
  credit.body = R"({"status":"rejected","reason":"unknown_store","problem":"S99 of ada@example.com"})";
  refusals.note("register", "10.0.0.8", credit, now);
  credit.body = R"({"reason":"conflict"})";
  refusals.note("register", "10.0.0.8", credit, now);  // a case says it
  EXPECT_EQ(
      lines,
      (std::vector<std::string>{
          "refused at the inbound listener: 401 refused: cards: the signature is not genuine, from 10.0.0.7",
          "refused at the inbound listener: 404 refused: no connector takes webhooks under this name, from 10.0.0.7",
          "refused at the register listener: 422 unknown_store, from 10.0.0.8"}));
  EXPECT_NE(view().find(R"("code":"refused","why":"cards: the signature is not genuine","times":1)"), std::string::npos)
      << view();
}

TEST_F(Refused, IsInTheLogWhenItIsNewAndThenEveryTenMinutesAtMost) {
  for (int i = 0; i < 100; ++i) refuse("register", 401, "unauthorized");
  EXPECT_EQ(lines, std::vector<std::string>{"refused at the register listener: 401 unauthorized, from 10.0.0.7"});
  now += 600'000;
  refuse("register", 401, "unauthorized");
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[1], "refused at the register listener: 401 unauthorized, from 10.0.0.7, 101 times since the start");
  refuse("register", 400, "invalid");
  EXPECT_EQ(lines.size(), 3u) << "another reason is new";
}

TEST_F(Refused, IsNotWhatIsAnAnswer) {
  refuse("register", 404, "no_such_credit");
  refuse("register", 409, "conflict");
  refuse("register", 503, "unavailable");
  refuse("admin", 404, "no_such_path");
  refuse("admin", 400, "invalid");
  EXPECT_EQ(view(), "[]");
  refuse("register", 404, "no_such_path");
  refuse("admin", 403, "forbidden");
  EXPECT_EQ(lines.size(), 2u);
}

}  // namespace
}  // namespace handoff::serve
