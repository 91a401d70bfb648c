#include "http.hpp"

#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>

#include <sstream>

namespace demo {

Poco::Dynamic::Var Reply::json() const {
  try {
    return Poco::JSON::Parser().parse(body);
  } catch (const Poco::Exception&) {
    return {};
  }
}

Reply call(const std::string& method, const std::string& url, const std::string& body, const std::string& token) {
  Reply out;
  try {
    Poco::URI uri(url);
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(Poco::Timespan(10, 0));
    Poco::Net::HTTPRequest request(method, uri.getPathAndQuery(), Poco::Net::HTTPMessage::HTTP_1_1);
    request.setContentLength(static_cast<std::streamsize>(body.size()));
    request.setContentType("application/json");
    if (!token.empty()) request.set("Authorization", "Bearer " + token);
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    std::istream& in = session.receiveResponse(response);
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
