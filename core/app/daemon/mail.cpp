#include "core/app/daemon/mail.hpp"

#include <Poco/Net/Context.h>
#include <Poco/Net/DNS.h>
#include <Poco/Net/MailMessage.h>
#include <Poco/Net/MailRecipient.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SMTPClientSession.h>
#include <Poco/Net/SSLException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Timespan.h>
#include <Poco/Timestamp.h>

#include <algorithm>

namespace handoff::app {

namespace {

using Poco::Net::SMTPClientSession;

constexpr long kConnectSeconds = 5, kAnswerSeconds = 10;
constexpr std::size_t kSubjectMax = 150;
constexpr int kVerifyDepth = 9, kDone = 2;
constexpr const char* kCiphers = "ALL:!ADH:!LOW:!EXP:!MD5:@STRENGTH";

Poco::Net::Context::Ptr context(const std::string& ca_file) {
  auto out = Poco::makeAuto<Poco::Net::Context>(Poco::Net::Context::TLS_CLIENT_USE, "", "", ca_file,
                                                Poco::Net::Context::VERIFY_STRICT, kVerifyDepth, true, kCiphers);
  out->enableExtendedCertificateVerification(true);
  return out;
}

/// Poco's own session for this checks the certificate against the address it connected to; this one against the name.
class Session : public SMTPClientSession {
 public:
  explicit Session(const Poco::Net::StreamSocket& socket) : SMTPClientSession(socket) {}

  void start_tls(const std::string& host, const Poco::Net::Context::Ptr& tls) {
    std::string answer;
    if (sendCommand("STARTTLS", answer) / 100 != kDone)
      throw Poco::Net::SMTPException("the server offers no STARTTLS", answer);
    Poco::Net::SecureStreamSocket secure(Poco::Net::SecureStreamSocket::attach(socket(), host, tls));
    socket() = secure;
  }

  /// What the server says it can do.
  std::string greet(const std::string& own_name) {
    std::string answer;
    if (sendCommand("EHLO " + own_name, answer) / 100 == kDone) return answer;
    if (sendCommand("HELO " + own_name, answer) / 100 != kDone)
      throw Poco::Net::SMTPException("it does not greet", answer);
    return answer;
  }
};

std::string one_line(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

class Mail final : public serve::AlertChannel {
 public:
  explicit Mail(const config::Channel& settings) : settings_(settings) {}

  std::expected<void, std::string> send(const serve::AlertMessage& message,
                                        const std::vector<std::string>& to) override {
    if (to.empty()) return std::unexpected("nobody's address is given");
    try {
      Poco::Net::MailMessage mail;
      fill(mail, message, to);
      deliver(mail);
      return {};
    } catch (const Poco::TimeoutException&) {
      return std::unexpected(where() + " does not answer");
    } catch (const Poco::Exception& problem) {
      return std::unexpected(where() + ": " + one_line(problem.displayText()));
    } catch (const std::exception& problem) {
      return std::unexpected(where() + ": " + one_line(problem.what()));
    }
  }

 private:
  std::string where() const { return *settings_.host + ":" + std::to_string(settings_.port); }

  void fill(Poco::Net::MailMessage& out, const serve::AlertMessage& message, const std::vector<std::string>& to) const {
    out.setSender(*settings_.from);
    for (const std::string& address : to)
      out.addRecipient(Poco::Net::MailRecipient(Poco::Net::MailRecipient::PRIMARY_RECIPIENT, address));
    std::string subject = one_line("[handoff] " + message.notice.title);
    if (subject.size() > kSubjectMax) subject = subject.substr(0, subject.rfind(' ', kSubjectMax)) + " ...";
    out.setSubject(Poco::Net::MailMessage::encodeWord(subject));
    out.setDate(Poco::Timestamp(message.at * 1000));
    out.set("Message-ID", "<" + message.notice.id + "@" + settings_.from->substr(settings_.from->find('@') + 1) + ">");
    out.set("Auto-Submitted", "auto-generated");  // nobody's holiday notice answers it
    out.setContentType("text/plain; charset=UTF-8");
    std::string text;
    for (char c : message.text) text += c == '\n' ? std::string("\r\n") : std::string(1, c);
    out.setContent(text, Poco::Net::MailMessage::ENCODING_QUOTED_PRINTABLE);
  }

  Poco::Net::StreamSocket connected(const Poco::Net::Context::Ptr& tls) const {
    Poco::Net::SocketAddress address(*settings_.host, settings_.port);
    Poco::Timespan limit(kConnectSeconds, 0);
    Poco::Net::StreamSocket socket;
    socket.connect(address, limit);
    socket.setReceiveTimeout(Poco::Timespan(kAnswerSeconds, 0));
    socket.setSendTimeout(Poco::Timespan(kAnswerSeconds, 0));
    if (settings_.tls != config::MailTls::tls) return socket;
    return Poco::Net::SecureStreamSocket::attach(socket, *settings_.host, tls);
  }

  void deliver(const Poco::Net::MailMessage& mail) const {
    Poco::Net::Context::Ptr tls;
    if (settings_.tls != config::MailTls::none) tls = context(*settings_.ca_file);
    Session session(connected(tls));
    session.setTimeout(Poco::Timespan(kAnswerSeconds, 0));
    session.open();
    std::string own_name = Poco::Net::DNS::hostName(), offers = session.greet(own_name);
    if (settings_.tls == config::MailTls::starttls) {
      session.start_tls(*settings_.host, tls);
      offers = session.greet(own_name);
    }
    if (settings_.password) {
      bool plain = offers.find("PLAIN") != std::string::npos;
      session.login(own_name, plain ? SMTPClientSession::AUTH_PLAIN : SMTPClientSession::AUTH_LOGIN, *settings_.user,
                    std::string(settings_.password->value.reveal()));
    }
    session.sendMessage(mail);  // the destructor says QUIT: what comes of that is no failure of a mail that was taken
  }

  config::Channel settings_;
};

}  // namespace

std::unique_ptr<serve::AlertChannel> mail_channel(const config::Channel& settings) {
  return std::make_unique<Mail>(settings);
}

}  // namespace handoff::app
