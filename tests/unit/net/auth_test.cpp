#include "core/net/auth.hpp"

#include <gtest/gtest.h>

#include "core/net/base_url.hpp"
#include "core/net/http_text.hpp"

namespace handoff::net {
namespace {

using std::chrono::seconds;

const TokenSource::Time kStart{seconds(1000)};

Result replied(int status, std::string body) {
  Result out;
  out.ended = Ended::replied;
  out.reply.status = status;
  out.reply.body = std::move(body);
  return out;
}

TokenSource source() {
  return TokenSource({"https://id.example.com/token", "me", "s3cret&", "read write", {{"audience", "x"}}});
}

TEST(Auth, MakesHeadersOfFixedSchemes) {
  EXPECT_EQ((*fixed_auth_headers(BearerAuth{"t"}))[0].second, "Bearer t");
  EXPECT_EQ((*fixed_auth_headers(BasicAuth{"Aladdin", "open sesame"}))[0].second, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(fixed_auth_headers(HeaderAuth{{{"X-Token", "v"}}})->size(), 1U);
  EXPECT_TRUE(fixed_auth_headers(NoAuth{})->empty());
}

TEST(Auth, RefusesSecretThatCannotStandInAHeaderWithoutTellingIt) {
  for (const auto& auth : {Auth(BearerAuth{"s3cret\n"}), Auth(HeaderAuth{{{"X", "s3cret\r\nY: z"}}})}) {
    const auto headers = fixed_auth_headers(auth);
    ASSERT_FALSE(headers);
    EXPECT_EQ(headers.error().find("s3cret"), std::string::npos);
  }
  EXPECT_FALSE(fixed_auth_headers(BearerAuth{}));
}

TEST(TokenSource, AsksWithFormFieldsOrHeader) {
  auto in_form = source();
  const auto request = in_form.begin_fetch("/token");
  EXPECT_EQ(request.body,
            "grant_type=client_credentials&client_id=me&client_secret=s3cret%26&scope=read+write&audience=x");
  TokenSource in_header({"https://id.example.com/token", "me", "pw", "", {}, true});
  const auto other = in_header.begin_fetch("/token");
  EXPECT_EQ(other.body, "grant_type=client_credentials");
  EXPECT_EQ(other.headers.back().second, "Basic " + base64("me:pw"));
}

TEST(TokenSource, BelievesTokenUntilTheMarginBeforeItsEnd) {
  struct Row {
    const char* expires_in;
    int valid_s;
  };
  for (const auto& row : {Row{"3600", 3540}, Row{"100", 90}, Row{"\"100\"", 90}, Row{"null", 270}}) {
    auto tokens = source();
    EXPECT_EQ(tokens.headers_at(kStart), nullptr);
    tokens.begin_fetch("/token");
    EXPECT_TRUE(tokens.fetching());
    ASSERT_TRUE(tokens.end_fetch(
        replied(200, std::string(R"({"access_token":"abc","expires_in":)") + row.expires_in + "}"), kStart));
    EXPECT_FALSE(tokens.fetching());
    ASSERT_NE(tokens.headers_at(kStart + seconds(row.valid_s - 1)), nullptr) << row.expires_in;
    EXPECT_EQ((*tokens.headers_at(kStart))[0].second, "Bearer abc");
    EXPECT_EQ(tokens.headers_at(kStart + seconds(row.valid_s)), nullptr) << row.expires_in;
  }
}

TEST(TokenSource, FailureNamesStatusAndCodeButNoSecret) {
  auto tokens = source();
  tokens.begin_fetch("/token");
  const auto refused =
      tokens.end_fetch(replied(401, R"({"error":"invalid_client","error_description":"s3cret&"})"), kStart);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), "token: the token endpoint answered 401 invalid_client");
  for (const char* body : {"", "{", "[]", R"({"access_token":5})", R"({"access_token":"a\r\nb"})"}) {
    tokens.begin_fetch("/token");
    EXPECT_FALSE(tokens.end_fetch(replied(200, body), kStart)) << body;
    EXPECT_EQ(tokens.headers_at(kStart), nullptr);
  }
}

TEST(TokenSource, RefusalOfAnOldTokenLeavesTheNewOne) {
  auto tokens = source();
  tokens.begin_fetch("/token");
  ASSERT_TRUE(tokens.end_fetch(replied(200, R"({"access_token":"one","expires_in":600})"), kStart));
  const auto first = tokens.generation();
  tokens.invalidate(first);
  EXPECT_EQ(tokens.headers_at(kStart), nullptr);
  tokens.begin_fetch("/token");
  ASSERT_TRUE(tokens.end_fetch(replied(200, R"({"access_token":"two","expires_in":600})"), kStart));
  tokens.invalidate(first);
  ASSERT_NE(tokens.headers_at(kStart), nullptr);
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
