#include "tools/sha256/sha256.h"

#include <gtest/gtest.h>

#include <string>

namespace
{

std::string hexadecimal(const unsigned char *digest)
{
	std::string text;
	for (int i = 0; i < SHA256_SIZE; i++) {
		char pair[3];
		snprintf(pair, sizeof pair, "%02x", digest[i]);
		text += pair;
	}
	return text;
}

std::string digest_of(const std::string &data)
{
	unsigned char digest[SHA256_SIZE];
	sha256_of(data.data(), data.size(), digest);
	return hexadecimal(digest);
}

// The examples published with FIPS 180-4, and the empty message.
TEST(Sha256, KnownDigests)
{
	EXPECT_EQ(digest_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	EXPECT_EQ(digest_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	EXPECT_EQ(digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	EXPECT_EQ(digest_of(std::string(1000000, 'a')),
		"cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheDigestOfTheWhole)
{
	std::string data;
	for (int i = 0; i < 300; i++)
		data += static_cast<char>(i * 7);
	for (size_t length = 0; length <= data.size(); length++) {
		for (size_t cut = 0; cut <= length; cut += 37) {
			struct sha256 hash;
			unsigned char digest[SHA256_SIZE];
			sha256_begin(&hash);
			sha256_add(&hash, data.data(), cut);
			sha256_add(&hash, data.data() + cut, length - cut);
			sha256_end(&hash, digest);
			ASSERT_EQ(hexadecimal(digest), digest_of(data.substr(0, length)))
				<< length << " cut at " << cut;
		}
	}
}

} // namespace
