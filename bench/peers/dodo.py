import json

graph = json.load(open("graph.json"))


def write(node):
    with open(f"out/{node}", "w") as file:
        file.write(f"{node}\n")


def task_step():
    for node, inputs in enumerate(graph):
        yield {
            "name": str(node),
            "actions": [(write, [node])],
            "file_dep": [f"out/{input}" for input in inputs],
            "targets": [f"out/{node}"],
        }
