#include "tests/integration/mail_sink.hpp"

#include <Poco/Base64Decoder.h>
#include <Poco/Net/Context.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SecureStreamSocket.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Timespan.h>

#include <atomic>
#include <iterator>
#include <sstream>
#include <thread>

namespace handoff::support {

namespace net = Poco::Net;

namespace {

std::string decoded(const std::string& base64) {
  std::istringstream in(base64);
  Poco::Base64Decoder decoder(in);
  return {std::istreambuf_iterator<char>(decoder), std::istreambuf_iterator<char>()};
}

std::string between_brackets(const std::string& line) {
  std::size_t open = line.find('<'), close = line.find('>');
  return open == std::string::npos || close == std::string::npos ? line : line.substr(open + 1, close - open - 1);
}

}  // namespace

struct MailSink::Impl {
  net::ServerSocket listener{net::SocketAddress("127.0.0.1", 0)};
  net::Context::Ptr tls;
  mutable std::mutex mutex;
  std::vector<Mail> mails;
  std::string clear;
  std::atomic<bool> stopping = false, rude = false;
  std::thread thread;

  void run() {
    while (!stopping) {
      if (!listener.poll(Poco::Timespan(0, 50'000), net::Socket::SELECT_READ)) continue;
      net::StreamSocket peer = listener.acceptConnection();
      peer.setReceiveTimeout(Poco::Timespan(5, 0));
      try {
        talk(peer);
      } catch (const Poco::Exception&) {  // the other side left, or did not like our certificate
      }
    }
  }

  static void say(net::StreamSocket& peer, const std::string& line) {
    std::string text = line + "\r\n";
    peer.sendBytes(text.data(), static_cast<int>(text.size()));
  }

  std::string line(net::StreamSocket& peer, bool secure) {
    std::string out;
    char c = 0;
    while (!out.ends_with("\r\n")) {
      if (peer.receiveBytes(&c, 1) <= 0) throw net::NetException("the end");
      out += c;
    }
    std::scoped_lock lock(mutex);
    if (!secure) clear += out;
    return out.substr(0, out.size() - 2);
  }

  std::string data(net::StreamSocket& peer, bool secure) {
    std::string out;
    for (std::string next = line(peer, secure); next != "."; next = line(peer, secure)) out += next + "\n";
    return out;
  }

  void talk(net::StreamSocket peer) {
    Mail mail;
    say(peer, "220 sink ready");
    while (true) {
      std::string asked = line(peer, mail.secure);
      if (asked.starts_with("EHLO")) {
        say(peer, "250-sink");
        if (!tls.isNull() && !mail.secure) say(peer, "250-STARTTLS");
        say(peer, "250 AUTH PLAIN LOGIN");
      } else if (asked == "STARTTLS" && !tls.isNull()) {
        say(peer, "220 go on");
        peer = net::SecureStreamSocket::attach(peer, tls);
        mail.secure = true;
      } else if (asked == "QUIT") {
        return rude ? peer.setLinger(true, 0) : say(peer, "221 bye");
      } else if (!tls.isNull() && !mail.secure) {
        say(peer, "530 STARTTLS first");
      } else if (asked.starts_with("AUTH PLAIN")) {
        if (asked.size() <= 11) say(peer, "334 ");
        std::string plain = decoded(asked.size() > 11 ? asked.substr(11) : line(peer, mail.secure));
        std::size_t user = plain.find('\0') + 1, password = plain.find('\0', user) + 1;
        mail.user = plain.substr(user, password - user - 1);
        mail.password = plain.substr(password);
        say(peer, "235 welcome");
      } else if (asked.starts_with("MAIL FROM:")) {
        mail.from = between_brackets(asked);
        say(peer, "250 ok");
      } else if (asked.starts_with("RCPT TO:")) {
        mail.to.push_back(between_brackets(asked));
        say(peer, "250 ok");
      } else if (asked == "DATA") {
        say(peer, "354 go on");
        mail.text = data(peer, mail.secure);
        {
          std::scoped_lock lock(mutex);
          mails.push_back(mail);
        }
        say(peer, "250 kept");
      } else {
        say(peer, "500 what?");
      }
    }
  }
};

MailSink::MailSink(const std::string& cert_file, const std::string& key_file) : impl_(std::make_unique<Impl>()) {
  if (!cert_file.empty())
    impl_->tls = new net::Context(net::Context::TLS_SERVER_USE, key_file, cert_file, "", net::Context::VERIFY_NONE);
  impl_->thread = std::thread([this] { impl_->run(); });
}

MailSink::~MailSink() {
  impl_->stopping = true;
  impl_->thread.join();
}

void MailSink::reset_at_quit() { impl_->rude = true; }

int MailSink::port() const { return impl_->listener.address().port(); }

std::vector<Mail> MailSink::mails() const {
  std::scoped_lock lock(impl_->mutex);
  return impl_->mails;
}

std::string MailSink::seen_in_clear() const {
  std::scoped_lock lock(impl_->mutex);
  return impl_->clear;
}

}  // namespace handoff::support
