"""はじめの設定ガイド: from the sheet of paper to the first call, in three steps."""
