#include <gtest/gtest.h>

#include "core/net/server.hpp"
#include "tests/unit/net/support/certificates.hpp"
#include "tests/unit/net/support/raw_peer.hpp"
#include "tests/unit/net/support/sends.hpp"

namespace handoff::net {
namespace {

using test::CertificateFiles;
using test::connect_to;
using test::post_to;

class Tls : public testing::Test {
 protected:
  /// Starts our own server with these files; gives its port.
  std::string serve(const CertificateFiles& files) {
    ListenerSettings settings;
    settings.address = "127.0.0.1:0";
    settings.tls_cert_file = files.cert;
    settings.tls_key_file = files.key;
    const auto port = server.listen(settings, [this](ServerRequest&& request, Responder to) {
      ++handled;
      ServerResponse response;
      response.body = request.body();
      to.respond(std::move(response));
    });
    return std::to_string(port.value());
  }

  Result send(const std::string& url) {
    return test::send(transport, post_to(connect_to(transport, url, ca.ca_file())));
  }

  void expect_refused(const std::string& url) {
    const auto result = send(url);
    EXPECT_EQ(result.ended, Ended::not_sent) << result.error;
    EXPECT_TRUE(result.error.starts_with("tls: ")) << result.error;
    EXPECT_EQ(handled, 0);
  }

  test::Certificates ca;
  std::atomic<int> handled = 0;
  IoThread io;
  Server server{io.loop()};
  AsioTransport transport{io.loop()};
};

TEST_F(Tls, CarriesRequestsBothWays) {
  const auto port = serve(ca.issue("DNS:localhost,IP:127.0.0.1"));
  for (const char* host : {"localhost", "127.0.0.1"}) {
    const auto result = send("https://" + std::string(host) + ":" + port);
    ASSERT_EQ(result.ended, Ended::replied) << result.error;
    EXPECT_EQ(result.reply.body, R"({"amount":"25.00"})");
  }
}

TEST_F(Tls, ReusesStreamsAndCarriesLargeBodies) {
  const auto id = connect_to(transport, "https://localhost:" + serve(ca.issue("DNS:localhost")), ca.ca_file());
  for (int i = 0; i < 20; ++i) {
    auto out = post_to(id, i % 2 == 0);
    out.request.body.assign(60'000, static_cast<char>('a' + i));
    const auto body = out.request.body;
    const auto result = test::send(transport, std::move(out));
    ASSERT_EQ(result.ended, Ended::replied) << result.error;
    EXPECT_EQ(result.reply.body, body);
  }
  EXPECT_LE(server.counts()[0].accepted, 20U);
}

TEST_F(Tls, ExpiredCertificateIsNotSent) {
  expect_refused("https://localhost:" + serve(ca.issue("DNS:localhost", -60)));
}

TEST_F(Tls, SelfSignedCertificateIsNotSent) {
  expect_refused("https://localhost:" + serve(ca.self_signed("DNS:localhost")));
}

TEST_F(Tls, OtherHostsCertificateIsNotSent) {
  expect_refused("https://localhost:" + serve(ca.issue("DNS:example.com")));
  expect_refused("https://127.0.0.1:" + serve(ca.issue("DNS:127.0.0.1")));
}

TEST_F(Tls, UnknownAuthorityIsNotSent) {
  test::Certificates other;
  expect_refused("https://localhost:" + serve(other.issue("DNS:localhost")));
}

TEST_F(Tls, PlaintextVendorIsNotSent) {
  test::ScriptedPeer plain([](test::RawStream& stream, int) {
    stream.write(test::ok("hello"));
    stream.wait_for_end();
  });
  expect_refused("https://localhost:" + std::to_string(plain.port()));
}

TEST_F(Tls, SilentHandshakeEndsAtTheConnectDeadline) {
  test::ScriptedPeer silent([](test::RawStream& stream, int) { stream.wait_for_end(); });
  auto out = post_to(connect_to(transport, "https://localhost:" + std::to_string(silent.port()), ca.ca_file()));
  out.deadlines.connect_ms = 60;
  const auto result = test::send(transport, out);
  EXPECT_EQ(result.ended, Ended::not_sent);
  EXPECT_EQ(result.error, "timed out: connect");
}

TEST_F(Tls, PlainRequestToTlsListenerIsClosed) {
  const auto port = serve(ca.issue("DNS:localhost"));
  auto client = test::RawStream::connect(static_cast<std::uint16_t>(std::stoi(port)));
  client.write("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(client.wait_for_end());
  EXPECT_EQ(handled, 0);
}

TEST_F(Tls, ListenerRefusesKeyOfAnotherCertificate) {
  ListenerSettings settings;
  settings.address = "127.0.0.1:0";
  settings.tls_cert_file = ca.issue("DNS:localhost").cert;
  settings.tls_key_file = ca.issue("DNS:localhost").key;
  EXPECT_FALSE(server.listen(settings, {}));
}

}  // namespace
}  // namespace handoff::net
