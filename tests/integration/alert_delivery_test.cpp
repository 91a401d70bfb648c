// People are told: by a mail server and a webhook's receiver that are there, over sockets.

#include <algorithm>
#include <mutex>

#include "core/crypto/hash.hpp"
#include "tests/integration/journey.hpp"
#include "tests/integration/mail_sink.hpp"
#include "tests/integration/small_server.hpp"
#include "tests/unit/net/support/certificates.hpp"

namespace handoff::integration {

namespace {

constexpr const char* kPassword = "correct-horse-battery";
constexpr const char* kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

class AlertDelivery : public Journey {
 protected:
  AlertDelivery() {
    hub_options_.environment["SMTP_PASSWORD"] = kPassword;
    hub_options_.environment["DESK_SECRET"] = kSecret;
  }

  static std::string mail_channel(int port, const std::string& more) {
    return "[alerts.channel.post]\nkind = \"mail\"\nhost = \"localhost\"\nport = " + std::to_string(port) +
           "\nfrom = \"handoff@acme.example\"\n" + more + "\n";
  }
  static std::string webhook_channel(const std::string& url) {
    return "[alerts.channel.desk]\nkind = \"webhook\"\nurl = \"" + url +
           "/alerts?to=ops\"\nsecret = { env = \"DESK_SECRET\" }\n";
  }
  /// Nobody at the register named a customer.
  void parked(const std::string& transaction) {
    std::string body = credit(transaction);
    body.replace(body.find(R"({"email")"), std::string::npos, "{}}");
    EXPECT_EQ(submit(body).status, 201);
  }
  std::string says(const std::string& words, int expected = 0) {
    int code = 0;
    std::string out = handoff(words, code);
    EXPECT_EQ(code, expected) << words << "\n" << out;
    return out;
  }
};

TEST_F(AlertDelivery, AStoreIsMailedAtOnceWhenACreditNeedsItsCustomerAndWhenItIsSettled) {
  support::MailSink sink;
  config_.extra = "[alerts]\nsettled = true\n" + mail_channel(sink.port(), "tls = \"none\"") +
                  "[contacts.s14]\nroles = [\"store\"]\nstores = [\"S14\"]\n"
                  "tell = [{ channel = \"post\", to = [\"s14@acme.example\", \"boss@acme.example\"] }]\n[stores.S14]\n";
  start();
  parked("T1");
  ASSERT_TRUE(eventually([&] { return sink.mails().size() == 1; }, std::chrono::seconds(10)));
  support::Mail mail = sink.mails()[0];
  EXPECT_EQ(mail.from, "handoff@acme.example");
  EXPECT_EQ(mail.to, (std::vector<std::string>{"s14@acme.example", "boss@acme.example"}));
  for (const char* part :
       {"Subject: [handoff] store S14: identity: no_identifier (1 credit, 25.00 USD)", "transaction T1", "register R2",
        "25.00 USD", "The register named no customer", "handoff trace sc_", "Auto-Submitted: auto-generated"})
    EXPECT_TRUE(holds(mail.text, part)) << part << "\n" << mail.text;
  std::string shown = says("alerts");
  EXPECT_TRUE(holds(shown, "s14 on post: told ")) << shown;
  EXPECT_TRUE(holds(says("status"), "post: last told ")) << says("status");
  says("case link 1 --email ada@example.com");
  ASSERT_TRUE(eventually([&] { return sink.mails().size() == 2; }, std::chrono::seconds(10)));
  EXPECT_TRUE(holds(sink.mails()[1].text, "Settled: store S14")) << sink.mails()[1].text;
  EXPECT_FALSE(holds(sink.mails()[1].text, "ada@")) << "no address of a customer in a mail";
}

TEST_F(AlertDelivery, AMailThatTheServerTookIsSentOnceHoweverTheServerEndsTheSession) {
  support::MailSink sink;
  sink.reset_at_quit();
  config_.extra = mail_channel(sink.port(), "tls = \"none\"") +
                  "[contacts.s]\nroles = [\"store\"]\ntell = [{ channel = \"post\", to = [\"s@acme.example\"] }]\n";
  start();
  parked("T1");
  EXPECT_TRUE(eventually([&] { return holds(says("alerts"), "s on post: told "); }, std::chrono::seconds(10)))
      << says("alerts");
  EXPECT_EQ(sink.mails().size(), 1u);
}

TEST_F(AlertDelivery, AStoreWhoseRegisterOnlySendsWebhooksIsToldAtOnce) {
  support::MailSink sink;
  config_.inbound_port = support::free_port();
  config_.extra = mail_channel(sink.port(), "tls = \"none\"") +
                  "[contacts.s]\nroles = [\"store\"]\ntell = [{ channel = \"post\", to = [\"s@acme.example\"] }]\n";
  start();
  sandbox_.post("/webhook", R"({"url":"http://127.0.0.1:)" + config_.inbound_port + R"(/in/registers"})");
  sandbox_.post("/square/refund", R"({"amount_minor":2500,"currency":"USD"})");
  ASSERT_TRUE(eventually([&] { return sink.mails().size() == 1; }, std::chrono::seconds(15))) << log();
  EXPECT_TRUE(holds(sink.mails()[0].text, "store LSANDBOX1: identity: no_identifier (1 credit, 25.00 USD)"))
      << sink.mails()[0].text;
  says("case link 1 --email ada@example.com");
  EXPECT_TRUE(eventually([&] { return holds(says("alerts"), "Nobody has to be told of anything."); }));
}

TEST_F(AlertDelivery, MailLogsInBehindStartTlsOnlyAtAServerThatProvesItsName) {
  net::test::Certificates certificates;
  net::test::CertificateFiles right = certificates.issue("DNS:localhost"),
                              wrong = certificates.issue("DNS:other.example");
  std::string login =
      "user = \"handoff\"\npassword = { env = \"SMTP_PASSWORD\" }\nca_file = \"" + certificates.ca_file() + "\"";
  std::string contact =
      "[contacts.ops]\nroles = [\"ops\"]\ntell = [{ channel = \"post\", to = [\"ops@acme.example\"] }]\n";
  support::MailSink sink(right.cert, right.key), impostor(wrong.cert, wrong.key);
  config_.extra = mail_channel(sink.port(), login) + contact;
  start();
  EXPECT_EQ(says("alerts test post"), "post took the test message.\n");
  ASSERT_EQ(sink.mails().size(), 1u);
  EXPECT_TRUE(sink.mails()[0].secure);
  EXPECT_EQ(sink.mails()[0].user, "handoff");
  EXPECT_EQ(sink.mails()[0].password, kPassword);
  EXPECT_TRUE(holds(sink.mails()[0].text, "Test: this is no alert"));
  EXPECT_FALSE(holds(sink.seen_in_clear(), "MAIL FROM"));
  stop();

  config_.extra = mail_channel(impostor.port(), login) + contact;
  start();
  std::string refused = says("alerts test post", 3);
  EXPECT_TRUE(holds(refused, "post: localhost:")) << refused;
  EXPECT_TRUE(impostor.mails().empty());
  EXPECT_FALSE(holds(impostor.seen_in_clear(), "AUTH")) << impostor.seen_in_clear();
  EXPECT_TRUE(eventually([&] { return holds(says("status"), "post: takes no messages since "); })) << says("status");
  EXPECT_FALSE(holds(log() + refused, kPassword)) << "a secret in a log";
}

TEST_F(AlertDelivery, ATlsServerOfAnUnknownAuthorityGetsNoMail) {
  net::test::Certificates certificates, others;
  net::test::CertificateFiles foreign = others.issue("DNS:localhost");
  support::MailSink sink(foreign.cert, foreign.key);
  config_.extra = mail_channel(sink.port(), "ca_file = \"" + certificates.ca_file() + "\"") +
                  "[contacts.ops]\nroles = [\"ops\"]\ntell = [{ channel = \"post\", to = [\"ops@acme.example\"] }]\n";
  start();
  says("alerts test post", 3);
  EXPECT_TRUE(sink.mails().empty());
}

TEST_F(AlertDelivery, AnOutageIsOneSignedMessageAlsoAfterAStart) {
  std::mutex mutex;
  std::vector<support::SmallRequest> got;
  support::SmallServer desk([&](const support::SmallRequest& request) {
    std::scoped_lock lock(mutex);
    got.push_back(request);
    return support::SmallReply{204, "", false};
  });
  auto count = [&] {
    std::scoped_lock lock(mutex);
    return got.size();
  };
  config_.hops[2].more = ", sla = \"1s\"";
  config_.extra = webhook_channel(desk.url()) + "[contacts.ops]\nroles = [\"ops\"]\ntell = [{ channel = \"desk\" }]\n";
  start();
  sandbox_.post("/faults", R"({"vendor":"business_central","mode":"outage"})");
  for (int i = 0; i < 9; ++i) submit(credit("T" + std::to_string(i)));
  ASSERT_TRUE(eventually([&] { return count() == 1; }, std::chrono::seconds(60))) << log();
  EXPECT_TRUE(eventually([&] { return holds(says("cases"), "T8"); }, std::chrono::seconds(60)));
  stop();
  start();
  parked("T9");  // something else to look at, for which there is no contact
  EXPECT_TRUE(eventually([&] { return holds(says("alerts"), "no contact has the role store"); }));
  says("alerts test desk");
  ASSERT_EQ(count(), 2u) << "the alert, and the test that came after it on the same line";

  const support::SmallRequest& first = got[0];
  EXPECT_EQ(first.path, "/alerts");
  EXPECT_EQ(first.query, "ops");
  EXPECT_TRUE(first.body.starts_with(R"({"type":"alert.raised","timestamp":")")) << first.body;
  EXPECT_TRUE(holds(first.body, R"("cause":"late: books.record")")) << first.body;
  EXPECT_FALSE(holds(first.body, "ada@example.com")) << first.body;
  EXPECT_TRUE(holds(first.body, R"("customer":"a***@example.com")")) << first.body;
  std::string key = *crypto::from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  for (const support::SmallRequest& one : got) {
    std::string signed_text = one.headers.at("webhook-id") + "." + one.headers.at("webhook-timestamp") + "." + one.body;
    EXPECT_EQ(one.headers.at("webhook-signature"),
              "v1," + crypto::base64(crypto::bytes(crypto::hmac_sha256(key, signed_text))));
  }
  EXPECT_TRUE(holds(got[1].body, R"("type":"alert.test")")) << got[1].body;
  std::string verified;
  int code = 0;
  stop();
  verified = store("verify", code);
  EXPECT_EQ(code, 0) << verified;
}

TEST_F(AlertDelivery, AChatIsToldByItsConnectorAtAnAddressThatNobodyElseSees) {
  std::mutex mutex;
  std::vector<support::SmallRequest> got;
  support::SmallServer chat([&](const support::SmallRequest& request) {
    std::scoped_lock lock(mutex);
    got.push_back(request);
    return support::SmallReply{request.path == "/services/T0/B0/hidden" ? 200 : 404, "ok", false};
  });
  hub_options_.environment["CHAT_URL"] = chat.url() + "/services/T0/B0/hidden?key=k1";
  config_.extra =
      "[connector.talk]\nplugin = \"slack\"\nsecrets = { webhook_url = { env = \"CHAT_URL\" } }\n"
      "[alerts.channel.chat]\nkind = \"connector\"\nconnector = \"talk\"\n"
      "[contacts.s14]\nroles = [\"store\"]\ntell = [{ channel = \"chat\" }]\n";
  start();
  parked("T1");
  ASSERT_TRUE(eventually([&] {
    std::scoped_lock lock(mutex);
    return got.size() == 1;
  }));
  EXPECT_EQ(got[0].path, "/services/T0/B0/hidden");
  EXPECT_EQ(got[0].query, "k1");
  EXPECT_TRUE(holds(got[0].body, "*store S14: identity: no_identifier (1 credit, 25.00 USD)*")) << got[0].body;
  std::string shown = says("status") + says("alerts --json") + says("trace T1") + log();
  EXPECT_FALSE(holds(shown, "hidden")) << shown;
}

TEST_F(AlertDelivery, ADeadChannelIsSeenWithItsReasonAndHoldsUpNoCredit) {
  std::string port = support::free_port();
  config_.extra = webhook_channel("http://127.0.0.1:" + port) +
                  "[contacts.s14]\nroles = [\"store\"]\ntell = [{ channel = \"desk\" }]\n";
  start();
  parked("T1");
  EXPECT_TRUE(eventually([&] { return holds(says("status"), "desk: takes no messages since "); })) << says("status");
  EXPECT_TRUE(holds(says("status --json"), "\"failing_since\"")) << says("status --json");
  EXPECT_TRUE(holds(says("status"), "refused")) << says("status");
  submit(credit("T2"));
  EXPECT_TRUE(eventually([&] {
    std::vector<std::string> all = states();
    return std::ranges::count(all, "complete") == 1;
  }));
  EXPECT_FALSE(holds(log(), kSecret));
}

}  // namespace handoff::integration
