// A treap: a search tree by key and a heap by priority. The priority is a hash of the key, so the shape depends only on
// what is in the tree, and the depth is logarithmic whatever the order of insertion.
#include "cells/loader/cell_record/cell_record.h"

// The finalizer of MurmurHash3: every bit of the key moves every bit of the result.
static uint64_t priority_of(const struct tree_node *node)
{
	uint64_t bits = node->key;
	bits ^= bits >> 33;
	bits *= 0xFF51AFD7ED558CCDULL;
	bits ^= bits >> 33;
	bits *= 0xC4CEB9FE1A85EC53ULL;
	return bits ^ bits >> 33;
}

void cell_record_tree_insert(struct tree *tree, struct tree_node *node)
{
	struct tree_node **link = &tree->root;
	while (*link && priority_of(*link) >= priority_of(node))
		link = node->key < (*link)->key ? &(*link)->left : &(*link)->right;

	// Below this place all priorities are smaller: split what hangs here into what comes before and after.
	struct tree_node *rest = *link;
	*link = node;
	struct tree_node **before = &node->left;
	struct tree_node **after = &node->right;
	while (rest) {
		if (rest->key < node->key) {
			*before = rest;
			before = &rest->right;
			rest = rest->right;
		} else {
			*after = rest;
			after = &rest->left;
			rest = rest->left;
		}
	}
	*before = NULL;
	*after = NULL;
}

void cell_record_tree_remove(struct tree *tree, struct tree_node *node)
{
	struct tree_node **link = &tree->root;
	while (*link != node)
		link = node->key < (*link)->key ? &(*link)->left : &(*link)->right;

	struct tree_node *left = node->left;
	struct tree_node *right = node->right;
	while (left && right) {
		if (priority_of(left) >= priority_of(right)) {
			*link = left;
			link = &left->right;
			left = left->right;
		} else {
			*link = right;
			link = &right->left;
			right = right->left;
		}
	}
	*link = left ? left : right;
	node->left = NULL;
	node->right = NULL;
}

struct tree_node *cell_record_tree_floor(const struct tree *tree, uint64_t key)
{
	struct tree_node *best = NULL;
	struct tree_node *node = tree->root;
	while (node) {
		if (node->key <= key)
			best = node;
		node = node->key <= key ? node->right : node->left;
	}
	return best;
}

struct tree_node *cell_record_tree_ceiling(const struct tree *tree, uint64_t key)
{
	struct tree_node *best = NULL;
	struct tree_node *node = tree->root;
	while (node) {
		if (node->key >= key)
			best = node;
		node = node->key >= key ? node->left : node->right;
	}
	return best;
}
