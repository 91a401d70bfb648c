#include "core/net/auth.hpp"

#include <gtest/gtest.h>

#include "core/net/base_url.hpp"
#include "core/net/http_text.hpp"
#include "core/net/oauth2.hpp"

namespace handoff::net {
namespace {

using std::chrono::seconds;

const TokenCache::Time kStart{seconds(1000)};

Result replied(int status, std::string body) {
  Result out;
  out.ended = Ended::replied;
  out.reply.status = status;
  out.reply.body = std::move(body);
  return out;
}

OAuth2Auth endpoint() {
  return {"https://id.example.com/token?x=1", "me", "s3cret&", "read write", {{"audience", "x"}}};
}

/// A cache that got this answer at kStart.
TokenCache holding(const std::string& body) {
  TokenCache out;
  out.begin_fetch();
  EXPECT_TRUE(out.end_fetch(token_in(replied(200, body)), kStart));
  return out;
}

TEST(Auth, MakesHeadersOfFixedSchemes) {
  EXPECT_EQ(credentials(BearerAuth{"t"})->fixed[0].second, "Bearer t");
  EXPECT_EQ(credentials(BasicAuth{"Aladdin", "open sesame"})->fixed[0].second, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(credentials(HeaderAuth{{{"X-Token", "v"}}})->fixed.size(), 1U);
  EXPECT_TRUE(credentials(NoAuth{})->fixed.empty());
}

TEST(Auth, RefusesSecretThatCannotStandInAHeaderWithoutTellingIt) {
  for (const auto& auth : {Auth(BearerAuth{"s3cret\n"}), Auth(HeaderAuth{{{"X", "s3cret\r\nY: z"}}})}) {
    const auto made = credentials(auth);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().find("s3cret"), std::string::npos);
  }
  EXPECT_FALSE(credentials(BearerAuth{}));
}

TEST(OAuth2, AsksWithFormFieldsOrHeader) {
  const auto request = token_request(endpoint());
  EXPECT_EQ(request.target, "/token?x=1");
  EXPECT_EQ(request.body,
            "grant_type=client_credentials&client_id=me&client_secret=s3cret%26&scope=read+write&audience=x");
  const auto other = token_request({"https://id.example.com/token", "me", "pw", "", {}, true});
  EXPECT_EQ(other.body, "grant_type=client_credentials");
  EXPECT_EQ(other.headers.back().second, "Basic " + base64("me:pw"));
}

TEST(TokenCache, BelievesTokenUntilTheMarginBeforeItsEnd) {
  struct Row {
    const char* expires_in;
    int valid_s;
  };
  for (const auto& row : {Row{"3600", 3540}, Row{"100", 90}, Row{"\"100\"", 90}, Row{"null", 270}}) {
    TokenCache tokens;
    EXPECT_EQ(tokens.headers_at(kStart), nullptr);
    tokens.begin_fetch();
    EXPECT_TRUE(tokens.fetching());
    const auto answer = replied(200, std::string(R"({"access_token":"abc","expires_in":)") + row.expires_in + "}");
    ASSERT_TRUE(tokens.end_fetch(token_in(answer), kStart));
    EXPECT_FALSE(tokens.fetching());
    ASSERT_NE(tokens.headers_at(kStart + seconds(row.valid_s - 1)), nullptr) << row.expires_in;
    EXPECT_EQ((*tokens.headers_at(kStart))[0].second, "Bearer abc");
    EXPECT_EQ(tokens.headers_at(kStart + seconds(row.valid_s)), nullptr) << row.expires_in;
  }
}

TEST(TokenCache, FailureNamesStatusAndCodeButNoSecret) {
  TokenCache tokens;
  tokens.begin_fetch();
  const auto refused =
      tokens.end_fetch(token_in(replied(401, R"({"error":"invalid_client","error_description":"s3cret&"})")), kStart);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), "token: the token endpoint answered 401 invalid_client");
  for (const char* body : {"", "{", "[]", R"({"access_token":5})", R"({"access_token":"a\r\nb"})"}) {
    tokens.begin_fetch();
    EXPECT_FALSE(tokens.end_fetch(token_in(replied(200, body)), kStart)) << body;
    EXPECT_EQ(tokens.headers_at(kStart), nullptr);
  }
}

TEST(TokenCache, RefusalOfAnOldTokenLeavesTheNewOne) {
  TokenCache tokens = holding(R"({"access_token":"one","expires_in":600})");
  const auto first = tokens.generation();
  tokens.invalidate(first);
  EXPECT_EQ(tokens.headers_at(kStart), nullptr);
  tokens.begin_fetch();
  ASSERT_TRUE(tokens.end_fetch(token_in(replied(200, R"({"access_token":"two","expires_in":600})")), kStart));
  tokens.invalidate(first);
  ASSERT_NE(tokens.headers_at(kStart), nullptr);
}

TEST(TokenCache, RestsAfterARefusalAndNotAfterALostAnswer) {
  TokenCache tokens;
  tokens.begin_fetch();
  EXPECT_FALSE(tokens.end_fetch(std::unexpected(TokenFailure{"login: no", seconds(60)}), kStart));
  ASSERT_NE(tokens.resting_at(kStart + seconds(59)), nullptr);
  EXPECT_EQ(*tokens.resting_at(kStart), "login: no");
  EXPECT_EQ(tokens.resting_at(kStart + seconds(60)), nullptr);
  tokens.begin_fetch();
  EXPECT_FALSE(tokens.end_fetch(std::unexpected(TokenFailure{"login: cut", {}}), kStart + seconds(60)));
  EXPECT_EQ(tokens.resting_at(kStart + seconds(60)), nullptr);
}

TEST(BaseUrl, ReadsSchemeHostPortAndPath) {
  const auto url = parse_base_url("https://API.example.com/v2/");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->tls);
  EXPECT_EQ(url->host, "api.example.com");
  EXPECT_EQ(url->port, "443");
  EXPECT_EQ(url->host_header, "api.example.com");
  EXPECT_EQ(url->path, "/v2");
  EXPECT_EQ(parse_base_url("http://127.0.0.1:8481")->host_header, "127.0.0.1:8481");
  EXPECT_EQ(parse_base_url("http://[::1]:80")->host_header, "[::1]");
}

TEST(BaseUrl, RefusesWhatIsNotABase) {
  for (const char* url : {"", "api.example.com", "ftp://x", "http://", "http://a b", "http://u:p@host", "http://h:0",
                          "http://h:99999", "http://h:x", "http://h/?q", "http://h/a#b", "http://[::1", "http://h:"})
    EXPECT_FALSE(parse_base_url(url)) << url;
}

}  // namespace
}  // namespace handoff::net
