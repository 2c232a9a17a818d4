#pragma once
// One object, read by ranges in parallel and handed on in order.

#include <string>

#include "s3/client.hpp"
#include "s3/object.hpp"
#include "stream/sink.hpp"

namespace sluice::s3 {

/// Writes the object to `sink`, which is used on another thread until this returns and is not
/// finished here. `state` is what head_object() said: every range is asked for on the condition
/// that the object is still that one, and goes on where it broke when a connection is lost.
/// Throws: base::Error; temporary when the object was replaced meanwhile.
void download(Client& client, const std::string& bucket, const std::string& key,
              const ObjectState& state, stream::Sink& sink);

}  // namespace sluice::s3
