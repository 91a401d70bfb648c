#include "http.hpp"

#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/HTTPSClientSession.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <sstream>
#include <thread>

namespace demo {

namespace {

using Session = Poco::Net::HTTPClientSession;

std::unique_ptr<Session> session_to(const Poco::URI& uri, const std::string& ca) {
  if (uri.getScheme() != "https") return std::make_unique<Session>(uri.getHost(), uri.getPort());
  Poco::Net::Context::Ptr context = new Poco::Net::Context(Poco::Net::Context::TLS_CLIENT_USE, "", "", ca,
                                                           Poco::Net::Context::VERIFY_RELAXED, 9, ca.empty());
  return std::make_unique<Poco::Net::HTTPSClientSession>(uri.getHost(), uri.getPort(), context);
}

/// Hangs up when the time is over: a socket's own limits begin anew with each byte.
class Watchdog {
 public:
  Watchdog(Session& session, std::chrono::milliseconds limit)
      : thread_([this, &session, limit] { run(session, limit); }) {}
  ~Watchdog() {
    {
      std::scoped_lock lock(mutex_);
      done_ = true;
    }
    ended_.notify_one();
    thread_.join();
  }

 private:
  void run(Session& session, std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    if (ended_.wait_for(lock, limit, [this] { return done_; })) return;
    try {
      session.socket().shutdown();
    } catch (const Poco::Exception&) {  // not connected yet; connecting has its own limit
    }
  }

  std::mutex mutex_;
  std::condition_variable ended_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace

Poco::Dynamic::Var Reply::json() const {
  try {
    return Poco::JSON::Parser().parse(body);
  } catch (const Poco::Exception&) {
    return {};
  }
}

Reply call(const std::string& method, const std::string& url, const std::string& body, const std::string& token,
           std::chrono::milliseconds limit, const std::string& ca) {
  Reply out;
  try {
    Poco::URI uri(url);
    std::unique_ptr<Session> session = session_to(uri, ca);
    session->setTimeout(Poco::Timespan(limit.count() * 1000));
    Poco::Net::HTTPRequest request(method, uri.getPathAndQuery(), Poco::Net::HTTPMessage::HTTP_1_1);
    request.setContentLength(static_cast<std::streamsize>(body.size()));
    request.setContentType("application/json");
    if (!token.empty()) request.set("Authorization", "Bearer " + token);
    Watchdog watchdog(*session, limit);
    session->sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    std::istream& in = session->receiveResponse(response);
    std::ostringstream text;
    Poco::StreamCopier::copyStream(in, text);
    out.status = response.getStatus();
    out.body = text.str();
  } catch (const Poco::Exception&) {
    out.status = 0;
  }
  return out;
}

std::string text(const Poco::Dynamic::Var& value, const std::string& path) {
  Poco::Dynamic::Var here = value;
  std::istringstream parts(path);
  for (std::string part; std::getline(parts, part, '.');) {
    if (here.isEmpty() || here.type() != typeid(Poco::JSON::Object::Ptr)) return {};
    here = here.extract<Poco::JSON::Object::Ptr>()->get(part);
  }
  return here.isEmpty() ? std::string() : here.convert<std::string>();
}

}  // namespace demo
