#include "core/app/cli/client.hpp"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/Net/IPAddress.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/SSLException.h>
#include <Poco/StreamCopier.h>
#include <Poco/Timespan.h>
#include <Poco/URI.h>

#include <memory>

namespace handoff::cli {

namespace {

constexpr long kConnectSeconds = 3, kAnswerSeconds = 60;
constexpr const char* kCiphers = "ALL:!ADH:!LOW:!EXP:!MD5:@STRENGTH";

std::unique_ptr<Poco::Net::HTTPClientSession> connect(const Poco::URI& uri, const std::string& trust_file) {
  std::unique_ptr<Poco::Net::HTTPClientSession> session;
  if (uri.getScheme() == "https") {
    bool own = !trust_file.empty();  // trusted is exactly the configured certificate, whatever name it carries
    auto context = Poco::makeAuto<Poco::Net::Context>(Poco::Net::Context::TLS_CLIENT_USE, "", "", trust_file,
                                                      Poco::Net::Context::VERIFY_STRICT, 9, !own, kCiphers);
    context->enableExtendedCertificateVerification(!own);
    session = std::make_unique<Poco::Net::HTTPSClientSession>(uri.getHost(), uri.getPort(), context);
  } else {
    session = std::make_unique<Poco::Net::HTTPClientSession>(uri.getHost(), uri.getPort());
  }
  session->setTimeout(Poco::Timespan(kConnectSeconds, 0), Poco::Timespan(kAnswerSeconds, 0),
                      Poco::Timespan(kAnswerSeconds, 0));
  return session;
}

std::unexpected<NoAnswer> nobody(const std::string& why) { return std::unexpected(NoAnswer{true, false, why}); }

}  // namespace

std::expected<Answer, NoAnswer> request(const Server& server, const std::string& method, const std::string& target,
                                        const std::string& token, const std::string& body) {
  bool connected = false;
  try {
    Poco::URI uri(server.url);
    if ((uri.getScheme() != "http" && uri.getScheme() != "https") || uri.getHost().empty())
      return std::unexpected(NoAnswer{false, false, "'" + server.url + "' is no address; write http://HOST:PORT"});
    std::unique_ptr<Poco::Net::HTTPClientSession> session = connect(uri, server.trust_file);
    Poco::Net::HTTPRequest out(method, target, Poco::Net::HTTPMessage::HTTP_1_1);
    out.set("Accept", "application/json");
    if (!token.empty()) out.set("Authorization", "Bearer " + token);
    if (!body.empty()) {
      out.setContentType("application/json");
      out.setContentLength(static_cast<std::streamsize>(body.size()));
    }
    std::ostream& stream = session->sendRequest(out);
    connected = true;
    stream << body;
    Poco::Net::HTTPResponse in;
    std::istream& from = session->receiveResponse(in);
    Answer answer;
    answer.status = in.getStatus();
    Poco::StreamCopier::copyToString(from, answer.body);
    return answer;
  } catch (const Poco::Net::ConnectionRefusedException&) {
    return nobody("nothing listens at " + server.url);
  } catch (const Poco::TimeoutException&) {
    if (!connected) return nobody(server.url + " does not accept the connection");
    return std::unexpected(
        NoAnswer{false, true, server.url + " did not answer in " + std::to_string(kAnswerSeconds) + " s"});
  } catch (const Poco::Exception& problem) {
    return std::unexpected(NoAnswer{!connected && dynamic_cast<const Poco::Net::SSLException*>(&problem) == nullptr,
                                    connected, server.url + ": " + problem.displayText()});
  }
}

bool is_ours(const std::string& url, const std::string& own) {
  try {
    Poco::URI there(url);
    Poco::Net::IPAddress address;
    if (there.getHost() == "localhost") return true;
    if (Poco::Net::IPAddress::tryParse(there.getHost(), address) && address.isLoopback()) return true;
    Poco::URI here(own);  // may be none: a listener without an address yet
    return !own.empty() && there.getHost() == here.getHost() && there.getPort() == here.getPort();
  } catch (const Poco::Exception&) {
    return false;  // no address: nothing is sent there
  }
}

std::string percent_encoded(const std::string& text) {
  static constexpr const char* kHex = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                 c == '.' || c == '~';
    if (plain)
      out += c;
    else
      out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

}  // namespace handoff::cli
