// The graph, its cycles, its cuts and its reduction, against slow and simple versions of the same on random graphs.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tools/depgraph/check.h"
#include "tools/depgraph/cycle.h"
#include "tools/depgraph/graph.h"
#include "tools/depgraph/rules.h"
#include "tools/depgraph/view.h"

namespace
{

using Matrix = std::vector<std::vector<bool>>;

// A graph of cells c000, c001, ... with the edges of a matrix; edge (i, j) has weights[i][j] symbols, 0 a type edge.
class RandomGraph
{
      public:
	RandomGraph(unsigned seed, size_t size, double density) : edge(size, std::vector<bool>(size))
	{
		std::mt19937 random(seed);
		std::uniform_real_distribution<double> chance(0, 1);
		for (size_t i = 0; i < size; i++)
			for (size_t j = 0; j < size; j++)
				edge[i][j] = i != j && chance(random) < density;
		build(random);
	}

	explicit RandomGraph(const Matrix &edges) : edge(edges)
	{
		std::mt19937 random(1);
		build(random);
	}

	~RandomGraph()
	{
		graph_free(&graph);
	}

	RandomGraph(const RandomGraph &) = delete;
	RandomGraph &operator=(const RandomGraph &) = delete;

	size_t size() const
	{
		return edge.size();
	}

	static std::string name(size_t i)
	{
		char text[16];
		snprintf(text, sizeof text, "c%03zu", i);
		return text;
	}

	Matrix edge;
	struct graph graph;

      private:
	// Cells are added in a random order: the finished graph must not depend on it.
	void build(std::mt19937 &random)
	{
		graph_init(&graph);
		std::vector<size_t> order(size());
		for (size_t i = 0; i < size(); i++)
			order[i] = i;
		std::shuffle(order.begin(), order.end(), random);
		for (size_t i : order) {
			std::string cell = name(i);
			graph_add_cell(&graph, cell.data(), cell.size());
			for (size_t s = 0; s < 3; s++) {
				std::string symbol = cell + "_s" + std::to_string(s);
				graph_add_export(&graph, symbol.data(), symbol.size());
			}
			for (size_t j = 0; j < size(); j++)
				if (edge[i][j])
					add_edge(random, j);
		}
		graph_finish(&graph);
	}

	void add_edge(std::mt19937 &random, size_t to)
	{
		std::string cell = name(to);
		size_t symbols = random() % 4;
		if (!symbols)
			graph_add_dependency(&graph, cell.data(), cell.size(), EDGE_TYPE);
		for (size_t s = 0; s < symbols; s++) {
			std::string symbol = cell + "_s" + std::to_string(s);
			graph_add_import(&graph, symbol.data(), symbol.size());
		}
	}
};

// Warshall: reach[i][j] if a way of at least one edge leads from i to j.
Matrix closure(Matrix reach)
{
	for (size_t k = 0; k < reach.size(); k++)
		for (size_t i = 0; i < reach.size(); i++)
			for (size_t j = 0; j < reach.size(); j++)
				if (reach[i][k] && reach[k][j])
					reach[i][j] = true;
	return reach;
}

// The length of a shortest cycle through any cell of the set, by powers of the matrix.
size_t shortest_cycle_length(const Matrix &edge, size_t member, const Matrix &reach)
{
	std::vector<bool> inside(edge.size());
	for (size_t i = 0; i < edge.size(); i++)
		inside[i] = i == member || (reach[i][member] && reach[member][i]);
	size_t best = SIZE_MAX;
	for (size_t start = 0; start < edge.size(); start++) {
		std::vector<bool> now(edge.size());
		now[start] = inside[start];
		for (size_t length = 1; inside[start] && length <= edge.size(); length++) {
			std::vector<bool> next(edge.size());
			for (size_t i = 0; i < edge.size(); i++)
				for (size_t j = 0; now[i] && j < edge.size(); j++)
					if (edge[i][j] && inside[j])
						next[j] = true;
			if (next[start]) {
				best = std::min(best, length);
				break;
			}
			now = next;
		}
	}
	return best;
}

Matrix shown_edges(const RandomGraph &random, const struct view &view)
{
	Matrix shown(random.size(), std::vector<bool>(random.size()));
	for (size_t e = 0; e < random.graph.edge_count; e++)
		if (view.edges[e])
			shown[random.graph.edges[e].from][random.graph.edges[e].to] = true;
	return shown;
}

TEST(Graph, EdgesAreThoseThatWereAdded)
{
	for (unsigned seed = 0; seed < 20; seed++) {
		RandomGraph random(seed, 25, 0.15);
		for (uint32_t i = 0; i < random.size(); i++) {
			ASSERT_EQ(graph_find_cell(&random.graph, RandomGraph::name(i).c_str()), i);
			for (uint32_t j = 0; j < random.size(); j++)
				ASSERT_EQ(graph_find_edge(&random.graph, i, j) != nullptr, random.edge[i][j]);
		}
	}
}

TEST(Graph, IncomingListsMirrorTheEdges)
{
	RandomGraph random(7, 40, 0.2);
	size_t total = 0;
	for (uint32_t c = 0; c < random.size(); c++) {
		const struct graph_cell &cell = random.graph.cells[c];
		total += cell.incoming_count;
		for (uint32_t i = 0; i < cell.incoming_count; i++) {
			const struct graph_edge &edge =
				random.graph.edges[random.graph.incoming[cell.first_incoming + i]];
			ASSERT_EQ(edge.to, c);
			if (i)
				ASSERT_LT(random.graph.edges[random.graph.incoming[cell.first_incoming + i - 1]].from,
					edge.from);
		}
	}
	EXPECT_EQ(total, random.graph.edge_count);
}

TEST(Cycle, ComponentsAreMutualReachability)
{
	for (unsigned seed = 0; seed < 60; seed++) {
		RandomGraph random(seed, 30, 0.02 + 0.002 * seed);
		Matrix reach = closure(random.edge);
		struct components components;
		components_find(&random.graph, EDGE_KINDS_USED, &components);
		for (size_t i = 0; i < random.size(); i++)
			for (size_t j = 0; j < random.size(); j++) {
				bool together = components.of_cell[i] == components.of_cell[j];
				ASSERT_EQ(together, i == j || (reach[i][j] && reach[j][i])) << seed;
				if (random.edge[i][j])
					ASSERT_GE(components.of_cell[i], components.of_cell[j]) << "not a load order";
			}
		components_free(&components);
	}
}

TEST(Cycle, ShortestCycleIsACycleAndShortest)
{
	size_t seen = 0;
	for (unsigned seed = 0; seed < 60; seed++) {
		RandomGraph random(seed, 24, 0.03 + 0.001 * seed);
		Matrix reach = closure(random.edge);
		struct components components;
		components_find(&random.graph, EDGE_KINDS_USED, &components);
		for (size_t k = 0; k < components.count; k++) {
			if (component_size(&components, k) < 2)
				continue;
			struct edge_list cycle;
			component_shortest_cycle(&random.graph, EDGE_KINDS_USED, &components, k, &cycle);
			ASSERT_EQ(cycle.count,
				shortest_cycle_length(random.edge, components.members[components.first[k]], reach));
			for (size_t i = 0; i < cycle.count; i++)
				ASSERT_EQ(random.graph.edges[cycle.edges[i]].to,
					random.graph.edges[cycle.edges[(i + 1) % cycle.count]].from);
			edge_list_free(&cycle);
			seen++;
		}
		components_free(&components);
	}
	EXPECT_GT(seen, 30U);
}

TEST(Cycle, CutBreaksAllCyclesAndEachOfItsEdgesIsNeeded)
{
	for (unsigned seed = 0; seed < 60; seed++) {
		RandomGraph random(seed, 20, 0.05 + 0.005 * seed);
		struct components components;
		components_find(&random.graph, EDGE_KINDS_USED, &components);
		Matrix left = random.edge;
		std::vector<uint32_t> all;
		for (size_t k = 0; k < components.count; k++) {
			if (component_size(&components, k) < 2)
				continue;
			struct edge_list cut;
			component_cut(&random.graph, EDGE_KINDS_USED, &components, k, &cut);
			all.insert(all.end(), cut.edges, cut.edges + cut.count);
			edge_list_free(&cut);
		}
		components_free(&components);
		for (uint32_t e : all)
			left[random.graph.edges[e].from][random.graph.edges[e].to] = false;
		Matrix reach = closure(left);
		for (size_t i = 0; i < random.size(); i++)
			ASSERT_FALSE(reach[i][i]) << "a cycle is left, seed " << seed;
		for (uint32_t e : all)
			ASSERT_TRUE(reach[random.graph.edges[e].to][random.graph.edges[e].from])
				<< "an edge of the cut could stay, seed " << seed;
	}
}

// Against all orders of the cells: the edges that point backwards in an order break all cycles, and a cheapest set of
// edges that does so is that of some order.
TEST(Cycle, CutOfFewCellsIsTheCheapest)
{
	size_t compared = 0;
	for (unsigned seed = 0; seed < 80; seed++) {
		RandomGraph random(seed, 7, 0.25 + 0.003 * seed);
		struct components components;
		components_find(&random.graph, EDGE_KINDS_USED, &components);
		if (components.count == 1) {
			struct edge_list cut;
			component_cut(&random.graph, EDGE_KINDS_USED, &components, 0, &cut);
			size_t cost = 0, best = SIZE_MAX;
			for (size_t i = 0; i < cut.count; i++)
				cost += edge_weight(&random.graph.edges[cut.edges[i]]);
			std::vector<size_t> place = {0, 1, 2, 3, 4, 5, 6};
			do {
				size_t backwards = 0;
				for (size_t e = 0; e < random.graph.edge_count; e++) {
					const struct graph_edge &edge = random.graph.edges[e];
					backwards += place[edge.from] > place[edge.to] ? edge_weight(&edge) : 0;
				}
				best = std::min(best, backwards);
			} while (std::next_permutation(place.begin(), place.end()));
			ASSERT_EQ(cost, best) << "seed " << seed;
			edge_list_free(&cut);
			compared++;
		}
		components_free(&components);
	}
	EXPECT_GT(compared, 20U);
}

TEST(Cycle, ALongChainNeedsNoDeepStack)
{
	size_t count = 100000;
	struct graph graph;
	graph_init(&graph);
	for (size_t i = 0; i < count; i++) {
		std::string name = "chain_" + std::to_string(i), next = "chain_" + std::to_string((i + 1) % count);
		graph_add_cell(&graph, name.data(), name.size());
		graph_add_dependency(&graph, next.data(), next.size(), EDGE_LINK);
	}
	graph_finish(&graph);
	struct components components;
	components_find(&graph, EDGE_KINDS_USED, &components);
	EXPECT_EQ(components.count, 1U);
	components_free(&components);
	graph_free(&graph);
}

TEST(View, ReductionKeepsReachabilityAndNothingElse)
{
	for (unsigned seed = 0; seed < 40; seed++) {
		Matrix edges(22, std::vector<bool>(22));
		std::mt19937 random_bits(seed);
		for (size_t i = 0; i < 22; i++)
			for (size_t j = 0; j < i; j++)
				edges[i][j] = random_bits() % 100 < 10 + seed;
		RandomGraph random(edges);
		struct view view;
		view_init(&view, &random.graph, EDGE_KINDS_USED);
		view_reduce(&view, &random.graph);
		Matrix reduced = shown_edges(random, view);
		ASSERT_EQ(closure(reduced), closure(random.edge));
		for (size_t i = 0; i < 22; i++)
			for (size_t j = 0; j < i; j++)
				if (reduced[i][j]) {
					Matrix without = reduced;
					without[i][j] = false;
					ASSERT_FALSE(closure(without)[i][j]) << "an edge could go";
				}
		view_free(&view);
	}
}

TEST(View, ReductionOfAGraphWithCyclesKeepsReachability)
{
	for (unsigned seed = 0; seed < 40; seed++) {
		RandomGraph random(seed, 20, 0.03 + 0.003 * seed);
		struct view view;
		view_init(&view, &random.graph, EDGE_KINDS_USED);
		view_reduce(&view, &random.graph);
		ASSERT_EQ(closure(shown_edges(random, view)), closure(random.edge));
		view_free(&view);
	}
}

std::string parse_error(const char *text)
{
	struct rules rules;
	char why[256] = "";
	bool good = rules_parse("r", text, &rules, why, sizeof why);
	rules_free(&rules);
	return good ? "" : why;
}

TEST(Rules, MistakesAreToldWithTheirLine)
{
	EXPECT_EQ(parse_error("order a < b because \"x\" # end"), "");
	EXPECT_EQ(parse_error("forbid a & !class:core, group:x* -> * via link+type because \"x\""), "");
	EXPECT_EQ(parse_error("\n\nforbid a b because \"x\""), "r:3: 'b' stands where '->', '&' or ',' is expected");
	EXPECT_EQ(parse_error("forbid a -> b"), "r:1: ends where 'because' and the reason in quotes is expected");
	EXPECT_EQ(parse_error("forbid a -> b because \"\""), "r:1: '' stands where the reason in quotes is expected");
	EXPECT_EQ(parse_error("forbid a -> b because \"no end"), "r:1: a string that begins here has no end");
	EXPECT_EQ(parse_error("forbid a -> colour:red because \"x\""),
		"r:1: 'colour:red' stands where a cell's name, group:NAME or class:NAME is expected");
	EXPECT_EQ(parse_error("at most many a because \"x\""), "r:1: 'many' stands where a number is expected");
	EXPECT_EQ(parse_error("forbid a -> b via glue because \"x\""),
		"r:1: 'glue' stands where link, type, header, runtime or several with '+' between them is expected");
	EXPECT_EQ(parse_error("permit a -> b"), "r:1: 'permit' stands where order, forbid, only, require, independent, "
						"at most, used, allow, except or keep is expected");
}

TEST(Rules, SelectionBindsAndTighterThanOr)
{
	struct graph graph;
	graph_init(&graph);
	const char *names[] = {"apple", "banana", "cherry"};
	for (size_t i = 0; i < 3; i++) {
		struct graph_cell *cell = graph_add_cell(&graph, names[i], strlen(names[i]));
		cell->cell_class = i == 0 ? GRAPH_CLASS_CORE : GRAPH_CLASS_CHECKED;
		cell->group = strings_add(&graph.strings, i < 2 ? "fruit" : "tree", i < 2 ? 5 : 4);
	}
	graph_finish(&graph);
	auto selected = [&](const char *text) {
		struct selection selection;
		char why[256];
		EXPECT_TRUE(selection_parse(text, &selection, why, sizeof why)) << why;
		bool *cells = selection_cells(&graph, &selection);
		std::string result;
		for (size_t i = 0; i < 3; i++)
			result += cells[i] ? names[i][0] : '-';
		free(cells);
		selection_free(&selection);
		return result;
	};
	EXPECT_EQ(selected("*"), "abc");
	EXPECT_EQ(selected("!*"), "---");
	EXPECT_EQ(selected("group:fruit & !class:core, cherry"), "-bc");
	EXPECT_EQ(selected("cherry, group:fruit & class:core"), "a-c");
	EXPECT_EQ(selected("?a* & group:fruit"), "-b-");
	EXPECT_EQ(selected("!!apple"), "a--");
	graph_free(&graph);
}

} // namespace
