#pragma once
// The security token service (AWS STS API Reference): temporary credentials of a role. The server
// is AWS_ENDPOINT_URL_STS, or AWS's own of the region.

#include <string>

#include "s3/credentials.hpp"
#include "s3/endpoint.hpp"
#include "s3/sigv4.hpp"

namespace sluice::s3 {

struct Role {
  std::string arn;
  std::string session;
  std::string external_id = {};
};

class SecurityTokenService {
 public:
  SecurityTokenService(std::string region, std::string ca_bundle);

  /// Throws: base::Error (config, permission, temporary).
  [[nodiscard]] Credentials assume_role(const Role& role, const Credentials& ours) const;
  /// The token is read anew from `token_file`: whoever wrote it renews it.
  [[nodiscard]] Credentials assume_role_with_web_identity(const Role& role,
                                                          const std::string& token_file) const;

 private:
  [[nodiscard]] Credentials ask(const Role& role, const Query& form, const Credentials* ours) const;

  std::string region_;
  std::string ca_bundle_;
  Endpoint endpoint_;
};

}  // namespace sluice::s3
