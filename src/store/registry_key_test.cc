#include "store/registry_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include "store/registry_base64.h"
#include "store/test_support.h"

namespace axllama::store {
namespace {

using testing::HasSubstr;

// Whether `signature` (base64) is of `text` by the key of `public_text`.
bool verifies(const std::string& public_text, const std::string& signature,
              const std::string& text) {
  const std::string blob = from_base64(public_text).value_or("");
  const std::string bytes = from_base64(signature).value_or("");
  const auto* raw = reinterpret_cast<const unsigned char*>(blob.data() + blob.size() - 32);
  EVP_PKEY* key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw, 32);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, key);
  const int good =
      EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return good == 1;
}

TEST(RegistryKey, a_key_that_was_written_reads_as_the_same) {
  const RegistryKey key = RegistryKey::make().value();
  const auto again = RegistryKey::parse(key.file_text());
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->public_text(), key.public_text());
  EXPECT_EQ(again->signed_by("x").value(), key.signed_by("x").value());
}

TEST(RegistryKey, its_signature_is_behind_its_public_half) {
  const RegistryKey key = RegistryKey::make().value();
  const std::string both = key.signed_by("GET,https://a/t,x").value();
  const size_t colon = both.find(':');
  EXPECT_EQ(both.substr(0, colon), key.public_text());
  EXPECT_TRUE(verifies(key.public_text(), both.substr(colon + 1), "GET,https://a/t,x"));
  EXPECT_FALSE(verifies(key.public_text(), both.substr(colon + 1), "GET,https://b/t,x"));
}

TEST(RegistryKey, one_is_made_where_none_is_and_kept) {
  const TempDir folder;
  const auto path = folder.path() / "new" / "id_ed25519";
  const auto made = RegistryKey::read_or_make(path);
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(RegistryKey::read_or_make(path)->public_text(), made->public_text());
  struct stat state = {};
  ASSERT_EQ(::stat(path.c_str(), &state), 0);
  EXPECT_EQ(state.st_mode & 0777, 0600u);
  EXPECT_EQ(read_text(path.string() + ".pub"), "ssh-ed25519 " + made->public_text() + "\n");
}

TEST(RegistryKey, openssh_reads_it_and_it_reads_openssh) {
  if (std::system("command -v ssh-keygen >/dev/null 2>&1") != 0) GTEST_SKIP() << "no ssh-keygen";
  const TempDir folder;
  const std::string ours = (folder.path() / "ours").string();
  const std::string theirs = (folder.path() / "theirs").string();
  const auto key = RegistryKey::read_or_make(ours);
  ASSERT_TRUE(key);
  ASSERT_EQ(std::system(("ssh-keygen -y -f " + ours + " > " + ours + ".shown").c_str()), 0);
  EXPECT_THAT(read_text(ours + ".shown"), HasSubstr(key->public_text()));
  ASSERT_EQ(std::system(("ssh-keygen -q -t ed25519 -N '' -C me -f " + theirs).c_str()), 0);
  const auto other = RegistryKey::read(theirs);
  ASSERT_TRUE(other) << other.error().text();
  EXPECT_THAT(read_text(theirs + ".pub"), HasSubstr(other->public_text()));
}

TEST(RegistryKey, what_is_no_key_is_an_error) {
  const std::string good = RegistryKey::make()->file_text();
  EXPECT_EQ(RegistryKey::parse("").error().code, ErrorCode::kCorrupt);
  EXPECT_EQ(RegistryKey::parse("-----BEGIN OPENSSH PRIVATE KEY-----\n!\n"
                               "-----END OPENSSH PRIVATE KEY-----\n")
                .error()
                .code,
            ErrorCode::kCorrupt);
  for (size_t cut = 40; cut + 40 < good.size(); cut += 24) {
    const std::string text = good.substr(0, cut) + "\n-----END OPENSSH PRIVATE KEY-----\n";
    EXPECT_FALSE(RegistryKey::parse(text)) << cut;
  }
}

TEST(Base64, any_bytes_come_back) {
  for (const std::string& bytes : {std::string(), std::string("a"), std::string("ab"),
                                   std::string("abc"), std::string("\0\xff\x80", 3)}) {
    EXPECT_EQ(from_base64(to_base64(bytes)), bytes);
  }
  EXPECT_FALSE(from_base64("abc"));
  EXPECT_FALSE(from_base64("ab!="));
  for (const char* text : {"====", "a===", "ab==----", "----", "a=b=", "ab==ab=="})
    EXPECT_FALSE(from_base64(text)) << text;
}

}  // namespace
}  // namespace axllama::store
