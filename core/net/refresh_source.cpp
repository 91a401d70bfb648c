#include "core/net/refresh_source.hpp"

#include "core/net/oauth2.hpp"

namespace handoff::net {
namespace {

constexpr std::chrono::seconds kRestAfterNoToken{300};

class RefreshSource final : public TokenSource, public std::enable_shared_from_this<RefreshSource> {
 public:
  explicit RefreshSource(const OAuth2Auth& auth) : auth_(auth) {}

  std::string base_url() const override { return split_target(auth_.token_url).first; }

  void fetch(Send send, Done done) override {
    if (unkept_) return keep(std::move(done));
    auth_.refresh->showing([self = shared_from_this(), send = std::move(send),
                            done = std::move(done)](const std::expected<void, std::string>& written) mutable {
      if (!written) return done(failure("cannot note that the refresh token is shown: " + written.error()));
      send(token_request(self->auth_),
           [self, done = std::move(done)](const Result& result) mutable { self->answered(result, std::move(done)); });
    });
  }

 private:
  struct Answer {
    Fetched token;
    std::string refresh_token;
  };

  static Fetched failure(std::string why, std::chrono::seconds rest = {}) {
    return std::unexpected(TokenFailure{"token: " + std::move(why), rest});
  }

  void answered(const Result& result, Done done) {
    const bool replied = result.ended == Ended::replied;
    if (replied && result.reply.status / 100 == 4 && error_code_in(result.reply) == "invalid_grant")
      return refused(std::to_string(result.reply.status) + " invalid_grant", std::move(done));
    Fetched token = token_in(result);
    std::string next = replied && result.reply.status == 200 ? refresh_token_in(result.reply) : std::string{};
    if (!token && next.empty()) return done(std::move(token));  // it may have been taken: it stays noted as shown
    unkept_ = Answer{std::move(token), next.empty() ? auth_.refresh->current() : std::move(next)};
    keep(std::move(done));
  }

  void refused(const std::string& answer, Done done) {
    auth_.refresh->refused(
        answer, [self = shared_from_this(), answer, done = std::move(done)](const std::expected<void, std::string>&) {
          done(failure("the refresh token was refused (" + answer + "); " + self->auth_.refresh->advice(),
                       kRestAfterNoToken));
        });
  }

  void keep(Done done) {
    auth_.refresh->keep(unkept_->refresh_token, [self = shared_from_this(),
                                                 done = std::move(done)](const std::expected<void, std::string>& kept) {
      if (!kept) return done(failure("cannot keep the new refresh token: " + kept.error()));
      Answer answer = std::move(*std::exchange(self->unkept_, std::nullopt));
      done(std::move(answer.token));
    });
  }

  OAuth2Auth auth_;
  std::optional<Answer> unkept_;  // what the vendor gave and the disk does not have
};

}  // namespace

std::shared_ptr<TokenSource> refresh_source(const OAuth2Auth& auth) { return std::make_shared<RefreshSource>(auth); }

}  // namespace handoff::net
