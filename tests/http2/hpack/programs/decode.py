"""Decodes stories of header blocks with the package hpack: JSON on both sides."""

import json
import sys

import hpack


def decode(decoder, block):
    fields = decoder.decode(bytes.fromhex(block), raw=True)
    return [text.decode("latin-1") for field in fields for text in field]


stories = []
for blocks in json.load(sys.stdin):
    decoder = hpack.Decoder(max_header_list_size=1 << 20)
    stories.append([decode(decoder, block) for block in blocks])
json.dump(stories, sys.stdout)
