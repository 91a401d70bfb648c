// What we sign ourselves: assertions (RFC 7523) and OAuth 1 (RFC 5849).

#include <gtest/gtest.h>

#include "core/crypto/hash.hpp"
#include "core/net/asio_transport.hpp"
#include "core/net/http_text.hpp"
#include "core/net/oauth1.hpp"
#include "core/net/oauth2.hpp"
#include "tests/unit/net/support/keys.hpp"
#include "tests/unit/net/support/raw_peer.hpp"
#include "tests/unit/net/support/sends.hpp"

namespace handoff::net {
namespace {

using test::jwt_is_of;
using test::jwt_part;

AuthSeams seams_at(std::int64_t unix_s) {
  return {[unix_s] { return unix_s * 1000; },
          [number = std::uint8_t{0}](std::uint8_t* out, std::size_t size) mutable {
            std::fill_n(out, size, std::uint8_t{0});
            out[0] = ++number;
          }};
}

Assertion assertion(const std::string& pem) {
  Assertion out{*crypto::SigningKey::read(pem), "key-7", "acme", "shop-1", "", {{"tier", "gold"}}};
  out.lifetime_s = 120;
  return out;
}

TEST(SignedAssertion, IsOfTheKeyAndSaysWhoForWhomAndUntilWhen) {
  for (const test::KeyPair& pair : {test::rsa_key(), test::ec_key()}) {
    const bool rsa = pair.private_pem.size() > 1000;
    const std::string token = signed_assertion(assertion(pair.private_pem), "https://id.example.com/token", 1000, "j1");
    EXPECT_TRUE(jwt_is_of(pair.public_pem, token));
    EXPECT_FALSE(jwt_is_of(rsa ? test::rsa_key().public_pem : test::ec_key().public_pem, token));
    EXPECT_EQ(jwt_part(token, 0),
              std::string(R"({"alg":")") + (rsa ? "RS256" : "ES256") + R"(","typ":"JWT","kid":"key-7"})");
    EXPECT_EQ(jwt_part(token, 1), R"({"iss":"acme","sub":"shop-1","aud":"https://id.example.com/token","tier":"gold",)"
                                  R"("iat":1000,"exp":1120,"jti":"j1"})");
  }
}

TEST(SignedAssertion, OfP256IsRightAlsoWhereANumberBeginsWithZeros) {
  const test::KeyPair pair = test::ec_key();
  const Assertion one = assertion(pair.private_pem);
  for (int i = 0; i < 600; ++i) ASSERT_TRUE(jwt_is_of(pair.public_pem, signed_assertion(one, "a", i, "j"))) << i;
}

TEST(SigningKey, SaysWhatItCannotReadAndNothingOfIt) {
  EXPECT_EQ(crypto::SigningKey::read("s3cret").error(), "it is no private key in PEM without a passphrase");
  EXPECT_EQ(crypto::SigningKey::read(test::rsa_key().public_pem).error(),
            "it is no private key in PEM without a passphrase");
  EXPECT_EQ(crypto::SigningKey::read(test::rsa_key(1024).private_pem).error(),
            "its RSA key has 1024 bits; 2048 is the least");
  EXPECT_EQ(crypto::SigningKey::read(test::ec_key("P-384").private_pem).error(),
            "its key is neither RSA nor one of the curve P-256");
  std::string without_its_last_line_break = test::ec_key().private_pem;
  without_its_last_line_break.pop_back();  // as secrets are read from files
  EXPECT_TRUE(crypto::SigningKey::read(without_its_last_line_break));
}

/// Of a form body.
std::string field(const std::string& body, const std::string& name) {
  const auto at = ("&" + body).find("&" + name + "=");
  return at == std::string::npos ? "" : body.substr(at + name.size() + 1, body.find('&', at) - at - name.size() - 1);
}

TEST(OAuth2, GrantIsAnAssertionWithAnIdOfItsOwnEachTime) {
  const test::KeyPair pair = test::rsa_key();
  OAuth2Auth auth{"https://id.example.com/token", "", "", "cards", {}};
  auth.bearer = assertion(pair.private_pem);
  auth.seams = seams_at(5000);
  const std::string body = token_request(auth).body;
  EXPECT_EQ(field(body, "grant_type"), "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer");
  EXPECT_EQ(field(body, "scope"), "cards");
  EXPECT_EQ(body.find("client_"), std::string::npos);
  EXPECT_TRUE(jwt_is_of(pair.public_pem, field(body, "assertion")));
  EXPECT_NE(jwt_part(field(body, "assertion"), 1).find(R"("iat":5000,"exp":5120,)"), std::string::npos);
  EXPECT_NE(field(body, "assertion"), field(token_request(auth).body, "assertion"));
}

TEST(OAuth2, ClientShowsItselfByAnAssertionInThePlaceOfASecret) {
  const test::KeyPair pair = test::ec_key();
  OAuth2Auth auth{"https://id.example.com/token", "me", "", "", {}};
  auth.client = Assertion{*crypto::SigningKey::read(pair.private_pem), "", "me", "me", "", {}};
  auth.seams = seams_at(5000);
  const std::string body = token_request(auth).body;
  EXPECT_EQ(field(body, "grant_type"), "client_credentials");
  EXPECT_EQ(field(body, "client_id"), "me");
  EXPECT_EQ(field(body, "client_assertion_type"), "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer");
  EXPECT_TRUE(jwt_is_of(pair.public_pem, field(body, "client_assertion")));
  EXPECT_EQ(body.find("client_secret"), std::string::npos);
}

// --- RFC 5849

const Headers kForm = {{"Content-Type", "application/x-www-form-urlencoded"}};

OAuth1Auth photos() {
  OAuth1Auth auth{"dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00", "Photos", false, {}};
  return auth;
}

TEST(OAuth1, BaseStringIsThatOfRfc5849Section3411) {
  const Request request{"POST", "/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", kForm, "c2&a3=2+q"};
  const Headers oauth = {{"oauth_consumer_key", "9djdj82h48djs9d2"},
                         {"oauth_token", "kkk9d7dh3k39sjv7"},
                         {"oauth_signature_method", "HMAC-SHA1"},
                         {"oauth_timestamp", "137131201"},
                         {"oauth_nonce", "7d8f3e4a"}};
  EXPECT_EQ(oauth1_base_string(request, *parse_base_url("http://EXAMPLE.COM:80"), oauth),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%25"
            "40%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method"
            "%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7");
}

TEST(OAuth1, SignatureIsThatOfRfc5849Section12) {
  const Request request{"GET", "/photos?file=vacation.jpg&size=original", {}, {}};
  const std::string header =
      oauth1_header(photos(), request, *parse_base_url("http://photos.example.net"), 137131202, "chapoH");
  EXPECT_EQ(header,
            "OAuth realm=\"Photos\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_token=\"nnch734d00sl2jdk\", "
            "oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131202\", oauth_nonce=\"chapoH\", "
            "oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"");
}

TEST(OAuth1, BodyThatIsNoFormIsNoPartOfIt) {
  const auto base = *parse_base_url("https://x.example:8443/v2");
  Request request{"POST", "/cards", {{"Content-Type", "application/json"}}, R"({"a":1})"};
  const std::string text = oauth1_base_string(request, base, {});
  EXPECT_EQ(text, "POST&https%3A%2F%2Fx.example%3A8443%2Fv2%2Fcards&");
  request.headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}};
  request.body = "a=1";
  EXPECT_EQ(oauth1_base_string(request, base, {}), text + "a%3D1");
}

TEST(OAuth1, Sha256IsOfTheSameText) {
  OAuth1Auth auth = photos();
  auth.sha256 = true;
  const Request request{"GET", "/photos?file=vacation.jpg&size=original", {}, {}};
  const std::string header =
      oauth1_header(auth, request, *parse_base_url("http://photos.example.net"), 137131202, "chapoH");
  const std::string text =
      "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26oauth_consumer_key%3Ddpf43f3p2l4k3l03%26"
      "oauth_nonce%3DchapoH%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D137131202%26oauth_token%3D"
      "nnch734d00sl2jdk%26size%3Doriginal";
  const auto mac = crypto::hmac_sha256("kd94hf93k423kf44&pfkkdhi9sl3r4s00", text);
  EXPECT_NE(header.find("oauth_signature=\"" + form_encode(base64(crypto::bytes(mac))) + "\""), std::string::npos)
      << header;
}

TEST(OAuth1, RealmThatWouldEndItsQuotesIsRefused) {
  OAuth1Auth auth = photos();
  auth.realm = "a\"b";
  EXPECT_EQ(credentials(auth).error(), "auth: the realm cannot stand in a header");
}

TEST(OAuth1, EachAttemptHasANonceOfItsOwn) {
  test::ScriptedPeer vendor([&vendor](test::RawStream& stream, int) {
    for (std::string request = vendor.request(stream); !request.empty(); request = vendor.request(stream)) {
      const auto at = request.find("oauth_nonce=\"") + 13;
      stream.write(test::ok(request.substr(at, 32)));
    }
  });
  IoThread io;
  AsioTransport transport(io.loop());
  ConnectionSettings settings;
  settings.base_url = vendor.url();
  OAuth1Auth auth = photos();
  auth.seams = seams_at(1'795'442'400);
  settings.auth = auth;
  const auto id = transport.add_connection(settings).value();
  const auto first = test::send(transport, test::post_to(id)), second = test::send(transport, test::post_to(id));
  EXPECT_EQ(first.reply.body, "01000000000000000000000000000000");
  EXPECT_EQ(second.reply.body, "02000000000000000000000000000000");
}

}  // namespace
}  // namespace handoff::net
