#include "core/model/manifest.hpp"

#include <gtest/gtest.h>

#include "core/model/sheet_members.hpp"

namespace handoff {
namespace {

std::string complaint(const std::string& members, const std::string& call = "") {
  auto read = parse_manifest(R"({"id":"a","title":"A","version":"1",)" + members +
                             R"("operations":{"issue":{"calls":{"c":{"sign":"adding","retry":"unsafe","source":"x")" +
                             call + "}}}}}");
  return read ? "" : read.error();
}

TEST(Manifest, TakesNumbersThatMakeSense) {
  EXPECT_EQ(complaint(R"("limits":{"concurrency":8,"requests_per_minute":0},)", R"(,"key_window_s":86400)"), "");
}

TEST(Manifest, RefusesNumbersThatWouldWrapAround) {
  constexpr const char* kTenYears = ": write a whole number, 0 to 316224000";
  for (const char* name : {"key_window_s", "visibility_lag_s", "inflight_max_s"}) {
    std::string call = ",\"" + std::string(name) + "\":9223372036854775807";
    EXPECT_EQ(complaint("", call), "operations.issue.calls.c." + std::string(name) + kTenYears);
  }
  EXPECT_EQ(complaint(R"("limits":{"concurrency":4294967297},)"),
            "limits.concurrency: write a whole number, 1 to 1000000");
  EXPECT_EQ(complaint(R"("limits":{"concurrency":0},)"), "limits.concurrency: write a whole number, 1 to 1000000");
  EXPECT_EQ(complaint(R"("limits":{"requests_per_minute":-1},)"),
            "limits.requests_per_minute: write a whole number, 0 to 1000000");
}

TEST(Manifest, RefusesACallWithoutALabel) {
  auto read =
      parse_manifest(R"({"id":"a","title":"A","version":"1","operations":{"issue":{"revision":0,"calls":{}}}})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), "operations.issue.revision: write a whole number, 1 to 1000000");
  read = parse_manifest(R"({"id":"a","title":"A","version":"1","operations":{"issue":{"calls":{"":{}}}}})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(), "operations.issue.calls: a call needs a label");
}

/// With the secrets a and b, and the setting tenant.
std::string auth_complaint(const std::string& auth, const std::string& operations = "{}") {
  auto read = parse_manifest(R"({"id":"a","title":"A","version":"1","secrets":{"a":{},"b":{}},)"
                             R"("settings":{"properties":{"tenant":{}}},"operations":)" +
                             operations + R"(,"auth":{)" + auth + "}}");
  return read ? "" : read.error();
}

TEST(Manifest, TakesEverySchemeOfAuth) {
  for (
      const char* auth :
      {R"("scheme":"none")", R"("scheme":"url","url":"a")", R"("scheme":"headers","headers":{"X-Key":"a"})",
       R"("scheme":"bearer","token":"a")", R"("scheme":"basic","user":"a","password":"b")",
       R"("scheme":"oauth2_client_credentials","token_url":"https://{tenant}.example/t","client_id":"a","client_secret":"b")",
       R"("scheme":"oauth2_client_credentials","token_url_setting":"tenant","client_id":"a","client_key":"b","client_key_id":"k")",
       R"("scheme":"oauth2_refresh_token","token_url":"https://x.example/t","client_id":"a","client_auth":"basic","refresh_token":"b")",
       R"("scheme":"oauth2_jwt_bearer","token_url":"https://x.example/t","key":"a","issuer":"{tenant}","lifetime_s":60,"claims":{"scope":"x"})",
       R"("scheme":"oauth1","consumer_key":"a","consumer_secret":"b","method":"HMAC-SHA1","realm":"{tenant}")",
       R"("scheme":"session","login":"/login","body":{"u":{"secret":"a"},"p":[{"secret":"b"}],"n":1},"pointer":"/t","header":"X-T")",
       R"("scheme":"session","login":"/login","body":{"u":{"secret":"a"}},"body_as":"form","cookie":"sid","renew_at":[401,302])"})
    EXPECT_EQ(auth_complaint(auth), "") << auth;
}

/// It may come from a newer SDK: said, and passed over (ADR 0025).
TEST(Manifest, TellsOfEveryMemberItDoesNotRead) {
  const char* sheet =
      R"({"id":"a","title":"A","version":"1","titel":"B","x_new":1,"limits":{"concurency":2},"surfaces":{"s":{"hold":"pool"}},)"
      R"("secrets":{"k":{"optinal":true}},"operations":{"reed":{},"issue":{"surfce":"s","calls":{"make":)"
      R"({"sign":"adding","retry":"unsafe","source":"a","no_efect_codes":["400"],"sharded":true}}}}})";
  auto read = parse_manifest(sheet);
  ASSERT_TRUE(read) << read.error();
  std::string all;
  for (const UnreadMember& member : unread_members(*json::parse(sheet))) all += member.text() + "\n";
  EXPECT_EQ(all,
            "titel: is no member of a sheet, and counts for nothing; did you mean \"title\"?\n"
            "x_new: is no member of a sheet, and counts for nothing\n"
            "limits.concurency: is no member of a sheet, and counts for nothing; did you mean \"concurrency\"?\n"
            "secrets.k.optinal: is no member of a sheet, and counts for nothing; did you mean \"optional\"?\n"
            "surfaces.s.hold: is no member of a sheet, and counts for nothing; did you mean \"holds\"?\n"
            "operations.reed: is no member of a sheet, and counts for nothing; did you mean \"read\"?\n"
            "operations.issue.surfce: is no member of a sheet, and counts for nothing; did you mean \"surface\"?\n"
            "operations.issue.calls.make.no_efect_codes: is no member of a sheet, and counts for nothing; did you mean "
            "\"no_effect_codes\"?\n"
            "operations.issue.calls.make.sharded: is no member of a sheet, and counts for nothing\n");
}

/// Passed over, the hub would take for harmless what the vendor says is not.
TEST(Manifest, RefusesAnExceptionToAPromiseThatIsMisspelt) {
  for (const char* name : {"not_no_effect_code", "not_no_efect_codes", "not_no_effects_codes"}) {
    auto read =
        parse_manifest(R"({"id":"a","title":"A","version":"1","operations":{"issue":{"calls":{"make":{"sign":"adding",)"
                       R"("retry":"unsafe","source":"a","no_effect_codes":["400/*"],")" +
                       std::string(name) + R"(":["400/taken"]}}}}})");
    ASSERT_FALSE(read) << name;
    EXPECT_EQ(read.error(),
              "operations.issue.calls.make." + std::string(name) +
                  ": is no member of a sheet, and counts for nothing; did you mean \"not_no_effect_codes\"?");
  }
}

/// As far as the hub can tell it would take nothing back.
TEST(Manifest, RefusesAnExceptionThatMatchesNoCode) {
  const std::string sheet =
      R"({"id":"a","title":"A","version":"1","operations":{"issue":{"calls":{"make":{"sign":"adding",)"
      R"("retry":"unsafe","source":"a","no_effect_codes":["400/*"],"not_no_effect_codes":[")";
  auto read = parse_manifest(sheet + R"(4*"]}}}}})");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(),
            "operations.issue.calls.make.not_no_effect_codes: no answer has the code \"4*\": write \"422/late\", "
            "or \"422/*\" for all of a status");
  EXPECT_TRUE(parse_manifest(sheet + R"(400/taken"]}}}}})"));
}

TEST(Manifest, SaysWhatAuthLacksAndWhere) {
  const std::pair<const char*, const char*> rows[] = {
      {R"("scheme":"bearer","token":"tokn")", "auth.token: the connector declares no secret \"tokn\""},
      {R"("scheme":"bearer")", "auth.token: is missing"},
      {R"("scheme":"bearer","token":"a","tokens":"a")", "auth.tokens: bearer has no such member; it has token"},
      {R"("scheme":"magic")",
       "auth.scheme: write one of none, url, headers, bearer, basic, oauth2_client_credentials, oauth2_refresh_token, "
       "oauth2_jwt_bearer, oauth1, session, steps"},
      {R"("scheme":"headers","headers":{"X-Key":"c"})", "auth.headers.X-Key: the connector declares no secret \"c\""},
      {R"("scheme":"oauth2_client_credentials","client_id":"a","client_secret":"b")",
       "auth.token_url: is missing; write token_url or token_url_setting"},
      {R"("scheme":"oauth2_client_credentials","token_url":"https://{tenat}/","client_id":"a","client_secret":"b")",
       "auth.token_url: the connector has no setting \"tenat\""},
      {R"("scheme":"oauth2_client_credentials","token_url":"x","client_id":"a","client_secret":"b","client_key":"b")",
       "auth.client_key: there is a client_secret, too; write one of the two"},
      {R"("scheme":"oauth2_jwt_bearer","token_url":"x","key":"a","issuer":"i","lifetime_s":0)",
       "auth.lifetime_s: write a whole number of seconds, at most a month of them"},
      {R"("scheme":"oauth1","consumer_key":"a","consumer_secret":"b","method":"PLAINTEXT")",
       "auth.method: write one of HMAC-SHA256, HMAC-SHA1"},
      {R"("scheme":"session","login":"login","body":{},"pointer":"/t","header":"X")",
       "auth.login: write a path, which begins with '/'"},
      {R"("scheme":"session","login":"/l","body":{},"pointer":"/t","cookie":"sid")",
       "auth.pointer: write one of pointer, cookie and token_header: where the answer has the token"},
      {R"("scheme":"session","login":"/l","body":{"p":{"secret":"c"}},"pointer":"/t","header":"X")",
       "auth.body.p: the connector declares no secret \"c\""},
      {R"("scheme":"session","login":"/l","body":{"n":1},"body_as":"form","pointer":"/t","header":"X")",
       "auth.body.n: a form holds texts and secrets"},
      {R"("scheme":"session","login":"/l","body":{},"pointer":"/t","header":"X","renew_at":[200])",
       "auth.renew_at: write HTTP statuses, 300 to 599"},
      {R"("scheme":"steps")", "auth.scheme: steps are the operations auth and sign, and there is neither"}};
  for (const auto& [auth, complaint] : rows) EXPECT_EQ(auth_complaint(auth), complaint) << auth;
  EXPECT_EQ(auth_complaint(R"("scheme":"none")", R"({"sign":{"revision":1}})"),
            "auth.scheme: the operations auth and sign run only with the scheme steps");
}

}  // namespace
}  // namespace handoff
