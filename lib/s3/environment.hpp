#pragma once
// The variables that AWS's own tools read. The s3 room reads the environment by right: it is where
// credentials live.

#include "io/environment.hpp"

namespace sluice::s3 {

using io::environment;
using io::secret_from_environment;

}  // namespace sluice::s3
